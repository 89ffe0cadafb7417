namespace ModelPack.Packing.Architectures.Families;

/// <summary>Qwen2 and Qwen2.5: biases on queries, keys and values only; a window only where use_sliding_window says so.</summary>
internal static class Qwen2Family
{
    public static FamilyDefinition Definition { get; } = new()
    {
        ModelType = "qwen2",
        Architectures = ["Qwen2ForCausalLM"],
        GenAiType = "qwen2",
        MaxPositions = 32768,
        KeyValueHeads = 32,
        Attention = new() { QueryKeyValueBias = BiasRule.Always },
        Window = WindowRule.AboveMaxWindowLayers(absentLayers: 28, absentWindow: 4096),
        Reads = ["use_sliding_window"],
    };
}
