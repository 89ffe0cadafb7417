namespace ModelPack.Packing.Architectures.Families;

/// <summary>Gemma 3, text: norms on queries and keys instead of caps, five layers with a window and a rope of their own for each that sees all.</summary>
internal static class Gemma3TextFamily
{
    private const string LocalThetaField = "rope_local_base_freq";

    public static FamilyDefinition Definition { get; } = Gemma2Family.Definition with
    {
        ModelType = "gemma3_text",
        Architectures = ["Gemma3ForCausalLM", "Gemma3ForConditionalGeneration"],
        GenAiType = "gemma3_text",
        MaxPositions = 131072,
        Attention = GemmaFamily.Definition.Attention with { Norms = QueryKeyNorm.PerHead },
        Rope = new() { Theta = 1000000, PlainWhereSliding = true, LocalThetaField = LocalThetaField, LocalTheta = 10000 },
        Window = WindowRule.Pattern(["sliding_window_pattern", "_sliding_window_pattern"], absentPattern: 6, absentWindow: 4096),

        // In checkpoints with a vision tower.
        Names = Gemma2Family.Definition.Names with { OptionalPrefix = "language_model.", OtherParts = ["vision_tower.", "multi_modal_projector."] },
        Reads = [.. Gemma2Family.Definition.Reads, LocalThetaField],
        Adapt = (config, family) => Gemma2Family.Capped(config, family, absentScoreCap: 0, absentLogitCap: 0),
    };
}
