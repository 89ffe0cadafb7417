namespace ModelPack.Packing.Sources.Gguf;

/// <summary>An architecture of GGUF files and the published family that computes the same.</summary>
/// <param name="Name">Value of general.architecture, which begins the architecture's keys.</param>
/// <param name="ModelType">model_type of config.json.</param>
/// <param name="Class">Entry of config.json's architectures.</param>
/// <param name="RotatesNeighbours">Rope turns elements 2i and 2i + 1 of a head together, so that the rows of queries and keys are stored in another order.</param>
internal sealed record GgufArchitecture(string Name, string ModelType, string Class, bool RotatesNeighbours)
{
    private const string Key = "general.architecture";

    private static readonly GgufArchitecture[] All =
    [
        // Mistral too: its window is not written, and llama.cpp computes without it.
        new("llama", "llama", "LlamaForCausalLM", RotatesNeighbours: true),
        new("qwen2", "qwen2", "Qwen2ForCausalLM", RotatesNeighbours: false),
        new("qwen3", "qwen3", "Qwen3ForCausalLM", RotatesNeighbours: false),
    ];

    /// <summary>The architecture of a file.</summary>
    /// <exception cref="ModelPackException">MPK1422: another one.</exception>
    public static GgufArchitecture Find(GgufMetadata metadata)
    {
        string name = metadata.Text(Key);
        return Array.Find(All, known => known.Name == name) ?? throw metadata.Error(
            SourceErrors.GgufArchitecture,
            $"{Key} is '{name}', which this version cannot read from GGUF; it reads {string.Join(", ", All.Select(known => known.Name))}. Take the model's Hugging Face folder, if its family is supported");
    }
}
