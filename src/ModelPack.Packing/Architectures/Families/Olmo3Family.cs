namespace ModelPack.Packing.Architectures.Families;

/// <summary>OLMo 3: OLMo 2's block, three layers with a window and plain rope for each that sees all.</summary>
internal static class Olmo3Family
{
    public static FamilyDefinition Definition { get; } = Olmo2Family.Definition with
    {
        ModelType = "olmo3",
        Architectures = ["Olmo3ForCausalLM"],
        Rope = new() { Theta = 500000, PlainWhereSliding = true, LocalTheta = 500000 },
        Window = WindowRule.Pattern([], absentPattern: 4, absentWindow: 4096),
    };
}
