namespace ModelPack.Packing.Architectures.Families;

/// <summary>SmolLM3: Llama's block, every fourth layer without positions.</summary>
internal static class SmolLm3Family
{
    public static FamilyDefinition Definition { get; } = LlamaFamily.Definition with
    {
        ModelType = "smollm3",
        Architectures = ["SmolLM3ForCausalLM"],
        GenAiType = "smollm3",
        MaxPositions = 32768,
        KeyValueHeads = 4,
        Tied = true,
        BosToken = 128000,
        EosToken = 128001,
        Rope = new() { Theta = 2000000, Rule = RopeRule.Listed(absentInterval: 4) },
        Reads = ["no_rope_layers"],
    };
}
