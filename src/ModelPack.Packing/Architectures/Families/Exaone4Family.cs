namespace ModelPack.Packing.Architectures.Families;

/// <summary>EXAONE 4: norms behind the branches only; where layers have windows, those that see all have no positions.</summary>
internal static class Exaone4Family
{
    public static FamilyDefinition Definition { get; } = new()
    {
        ModelType = "exaone4",
        Architectures = ["Exaone4ForCausalLM"],
        MaxPositions = 2048,
        KeyValueHeads = 32,
        BosToken = 0,
        EosToken = 2,
        Norm = new() { Epsilon = 1e-5 },
        Attention = new() { Norms = QueryKeyNorm.PerHead },
        Rope = new() { Rule = RopeRule.SlidingLayersIfAny },
        Window = WindowRule.Pattern(["sliding_window_pattern"], absentPattern: 4, absentWindow: 4096),
        Names = Olmo2Family.Definition.Names,
    };
}
