namespace ModelPack.Packing.Architectures.Families;

/// <summary>Helium: Llama's block with neighbours rotated.</summary>
internal static class HeliumFamily
{
    public static FamilyDefinition Definition { get; } = LlamaFamily.Definition with
    {
        ModelType = "helium",
        Architectures = ["HeliumForCausalLM"],
        GenAiType = "decoder",
        MaxPositions = 4096,
        HeadSize = 128,
        Norm = new() { Epsilon = 1e-8 },
        Rope = new() { Theta = 100000, Interleaved = true },
    };
}
