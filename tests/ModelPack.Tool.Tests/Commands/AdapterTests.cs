using ModelPack.Packing.Tests.Architectures;
using ModelPack.Tests;

namespace ModelPack.Tool.Tests.Commands;

/// <summary>Adapters by hand: packed beside a model or into it, run, measured.</summary>
public sealed class AdapterTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("modelpack-tool-");

    public void Dispose()
    {
        foreach (FileInfo file in _folder.EnumerateFiles("*", SearchOption.AllDirectories))
        {
            file.IsReadOnly = false;
        }

        _folder.Delete(recursive: true);
    }

    [SkippableFact]
    public void An_adapter_is_packed_beside_a_model_run_by_its_name_and_measured_when_it_is_merged()
    {
        string golden = SharedFolder.Require("goldens/models/lora-llama"), source = Base(golden);
        string separate = Path.Combine(_folder.FullName, "separate"), merged = Path.Combine(_folder.FullName, "merged");
        string text = Path.Combine(_folder.FullName, "text.txt");
        File.WriteAllText(text, string.Concat(Enumerable.Repeat("A text of the characters that the tokenizer knows. ", 20)));
        string[] floats = ["--bits", "16", "--head-bits", "16", "--embedding-bits", "16"];
        Run(["quantize", source, "-o", separate, "--adapter", Path.Combine(golden, "adapter"), "--adapter", Path.Combine(golden, "adapter-rslora"), "--adapter-mode", "separate", .. floats]).RequireDone();
        Run(["quantize", source, "-o", merged, "--adapter", Path.Combine(golden, "adapter-rslora"), .. floats]).RequireDone();
        string Text(string folder, params string[] more) => Run(["run", folder, "Hello", "--temperature", "0", "--max-tokens", "12", .. more]).RequireDone().Output;
        ToolRun unknown = Run("run", separate, "Hello", "--adapter", "rslora");
        ToolRun eval = Run("eval", merged, "--reference", source, "--adapter", Path.Combine(golden, "adapter-rslora"), "--text", text, "--context", "64", "--json").RequireDone();

        Assert.Equal(Text(merged), Text(separate, "--adapter", "adapter-rslora"));
        Assert.NotEqual(Text(separate), Text(separate, "--adapter", "adapter-rslora"));
        Assert.Equal(1, unknown.ExitCode);
        Assert.Contains("MPK4312", unknown.Messages, StringComparison.Ordinal);
        Assert.Contains("adapter, adapter-rslora", unknown.Messages, StringComparison.Ordinal);
        Assert.InRange(eval.Json.GetProperty("klDivergence").GetProperty("mean").GetDouble(), 0, 1e-6);
    }

    private string Base(string golden)
    {
        string source = Path.Combine(_folder.FullName, "base");
        Directory.CreateDirectory(source);
        foreach (string file in new[] { "config.json", "model.safetensors" })
        {
            File.Copy(Path.Combine(golden, file), Path.Combine(source, file));
        }

        CharacterTokenizer.Write(source);
        return source;
    }

    private ToolRun Run(params string[] arguments) => ToolRun.Start(null, new Dictionary<string, string> { ["MODELPACK_CACHE"] = Path.Combine(_folder.FullName, "store") }, arguments);
}
