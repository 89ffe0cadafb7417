using ModelPack.Integration.Tests.Builds;
using ModelPack.Packing.Tests.Architectures;

namespace ModelPack.Integration.Tests;

/// <summary>Adapters in a build: one model for each, over one base.</summary>
public sealed class AdapterTests : IDisposable
{
    private const string Output = "App/bin/Debug/net10.0";

    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [SkippableFact]
    public void Two_items_over_one_base_have_names_of_their_own_and_a_changed_adapter_is_packed_again()
    {
        string golden = ModelPack.Tests.SharedFolder.Require("goldens/models/lora-llama");
        Copy(golden, "App/base", "config.json", "model.safetensors");
        CharacterTokenizer.Write(_workspace.PathOf("App/base"));
        Copy(Path.Combine(golden, "adapter"), "App/tuned", "adapter_config.json", "adapter_model.safetensors");
        Copy(Path.Combine(golden, "adapter-partial"), "App/other", "adapter_config.json", "adapter_model.safetensors");
        string project = _workspace.ModelProject("App", """
            <QuantizedModel Include="base" Adapter="tuned" />
            <QuantizedModel Include="base" Adapter="other" />
            <QuantizedModel Include="base" Name="both" Adapter="tuned;other" AdapterMode="separate" />
            """);
        BuildOutcome first = _workspace.Dotnet("build", project).Succeeded();
        BuildOutcome second = _workspace.Dotnet("build", project, "--no-restore").Succeeded();
        string tuned = _workspace.Manifest(Output, "base-tuned")!, other = _workspace.Manifest(Output, "base-other")!;
        Copy(Path.Combine(golden, "adapter-rslora"), "App/tuned", "adapter_config.json", "adapter_model.safetensors");
        BuildOutcome edited = _workspace.Dotnet("build", project, "--no-restore").Succeeded();

        Assert.Equal(3, first.Summaries.Count);
        Assert.Equal((0, 0), (second.Plans, second.Runs));
        Assert.Equal((1, 1), (edited.Plans, edited.Runs));
        Assert.NotEqual(tuned, _workspace.Manifest(Output, "base-tuned"));
        Assert.Equal(other, _workspace.Manifest(Output, "base-other"));
        Assert.True(File.Exists(_workspace.PathOf(Path.Combine(Output, "models/both/tuned.onnx_adapter"))));
    }

    private void Copy(string from, string to, params string[] files)
    {
        Directory.CreateDirectory(_workspace.PathOf(to));
        foreach (string file in files)
        {
            File.Copy(Path.Combine(from, file), _workspace.PathOf(Path.Combine(to, file)), overwrite: true);
            File.SetLastWriteTimeUtc(_workspace.PathOf(Path.Combine(to, file)), DateTime.UtcNow.AddSeconds(-5));
        }
    }
}
