using ModelPack.Formats.Safetensors;
using ModelPack.Packing.Architectures;

namespace ModelPack.Packing.Sources;

/// <summary>
/// An opened Hugging Face folder: architecture, weights and the files that travel with them. Opening validates everything
/// that can be known without reading weights. Owns the memory maps of the checkpoint; dispose it. Thread-safe.
/// </summary>
public sealed class HuggingFaceSource : IDisposable
{
    // Files that the packed folder carries unchanged, where the source has them; the runtime, GenAI and people read them.
    private static readonly string[] Companions =
    [
        "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "chat_template.jinja", "generation_config.json", "config.json",
    ];

    private HuggingFaceSource(string folder, string name, DecoderArchitecture architecture, SafetensorsCheckpoint checkpoint, IReadOnlyList<string> copied)
    {
        Folder = folder;
        Name = name;
        Architecture = architecture;
        Checkpoint = checkpoint;
        CopiedFiles = copied;
        Inputs = [.. copied.Select(file => Path.Combine(folder, file)), .. checkpoint.Files];
    }

    /// <summary>Full path of the folder.</summary>
    public string Folder { get; }

    /// <summary>The folder's name.</summary>
    public string Name { get; }

    /// <summary>The decoder that config.json describes.</summary>
    public DecoderArchitecture Architecture { get; }

    /// <summary>The weights.</summary>
    public SafetensorsCheckpoint Checkpoint { get; }

    /// <summary>Names of the files that are copied unchanged, in a fixed order.</summary>
    public IReadOnlyList<string> CopiedFiles { get; }

    /// <summary>Full paths of every file that the result depends on, in a fixed order.</summary>
    public IReadOnlyList<string> Inputs { get; }

    /// <summary>Opens a folder.</summary>
    /// <exception cref="ModelPackException">MPK14xx: not a usable folder; MPK10xx and MPK12xx: its files.</exception>
    public static HuggingFaceSource Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (!Directory.Exists(folder))
        {
            throw NotAFolder(path);
        }

        string config = Require(folder, "config.json", SourceErrors.NoConfig, "point Include at the folder that holds config.json, model.safetensors and tokenizer.json");
        DecoderArchitecture.CheckConfiguration(config);
        if (!Directory.EnumerateFiles(folder, "*.safetensors").Any() && !File.Exists(Path.Combine(folder, "model.safetensors.index.json")))
        {
            string have = Directory.EnumerateFiles(folder, "*.bin").Select(Path.GetFileName).FirstOrDefault() is { } bin ? $" (found {bin}, which is not read)" : "";
            throw new ModelPackException(SourceErrors.NoWeights, $"{folder} holds no model.safetensors{have}; save the weights as safetensors.");
        }

        SafetensorsCheckpoint checkpoint = SafetensorsCheckpoint.Open(folder);
        try
        {
            DecoderArchitecture architecture = DecoderArchitecture.Read(config, checkpoint.Tensors);
            Require(folder, "tokenizer.json", SourceErrors.NoTokenizer, "save the tokenizer in its fast form (tokenizer.json) beside the weights");
            string[] copied = [.. Companions.Where(file => File.Exists(Path.Combine(folder, file)))];
            return new HuggingFaceSource(folder, Path.GetFileName(folder), architecture, checkpoint, copied);
        }
        catch
        {
            checkpoint.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Checkpoint.Dispose();

    private static string Require(string folder, string file, string code, string wayOut)
    {
        string path = Path.Combine(folder, file);
        return File.Exists(path) ? path : throw new ModelPackException(code, $"{folder} has no {file}; {wayOut}.");
    }

    private static ModelPackException NotAFolder(string path)
    {
        string extension = Path.GetExtension(path).ToLowerInvariant();
        if (!File.Exists(path))
        {
            return new ModelPackException(SourceErrors.Missing, $"{path} does not exist; check the path of the model.");
        }

        return extension is ".onnx" or ".gguf"
            ? new ModelPackException(SourceErrors.Unsupported, $"{path} is {(extension == ".onnx" ? "an ONNX" : "a GGUF")} file, which this version cannot pack; point at a Hugging Face folder with config.json and safetensors.")
            : new ModelPackException(SourceErrors.Unsupported, $"{path} is a file; point at a Hugging Face folder with config.json and safetensors.");
    }
}
