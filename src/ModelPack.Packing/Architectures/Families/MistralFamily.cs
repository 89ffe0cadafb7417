namespace ModelPack.Packing.Architectures.Families;

/// <summary>Mistral 7B, Nemo and Small: Llama's block with a window on every layer unless sliding_window is null.</summary>
internal static class MistralFamily
{
    public static FamilyDefinition Definition { get; } = new()
    {
        ModelType = "mistral",
        Architectures = ["MistralForCausalLM"],
        GenAiType = "mistral",
        MaxPositions = 131072,
        KeyValueHeads = 8,
        BosToken = 1,
        EosToken = 2,
        Window = WindowRule.EveryLayer(absentWindow: 4096),
    };
}
