namespace ModelPack.Packing.Architectures.Families;

/// <summary>Command R7B: Command-R's block, three layers with window and rope for each that sees all without positions.</summary>
internal static class Cohere2Family
{
    public static FamilyDefinition Definition { get; } = CohereFamily.Definition with
    {
        ModelType = "cohere2",
        Architectures = ["Cohere2ForCausalLM"],
        HeadSize = 128,
        Rope = new() { Interleaved = true, Rule = RopeRule.SlidingLayers },
        Window = WindowRule.Pattern(["sliding_window_pattern"], absentPattern: 4, absentWindow: 4096),
    };
}
