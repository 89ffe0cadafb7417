using ModelPack.Packing.Architectures.Configuration;

namespace ModelPack.Packing.Architectures.Families;

/// <summary>Gemma 2: norms behind the branches too, caps on scores and logits, a window on every other layer.</summary>
internal static class Gemma2Family
{
    private const string ScoreCapField = "attn_logit_softcapping";
    private const string LogitCapField = "final_logit_softcapping";
    private const string ScaleField = "query_pre_attn_scalar";

    public static FamilyDefinition Definition { get; } = GemmaFamily.Definition with
    {
        ModelType = "gemma2",
        Architectures = ["Gemma2ForCausalLM"],
        GenAiType = "gemma2",
        KeyValueHeads = 4,
        Window = WindowRule.EvenLayers(absentWindow: 4096),
        Names = new()
        {
            AttentionOutputNorm = "post_attention_layernorm",
            FeedForwardNorm = "pre_feedforward_layernorm",
            FeedForwardOutputNorm = "post_feedforward_layernorm",
        },
        Reads = [ScoreCapField, LogitCapField, ScaleField],
        Adapt = (config, family) => Capped(config, family, absentScoreCap: 50, absentLogitCap: 30),
    };

    /// <summary>The family with the caps and the scale of a configuration.</summary>
    internal static FamilyDefinition Capped(ModelConfig config, FamilyDefinition family, float absentScoreCap, float absentLogitCap) => family with
    {
        Attention = family.Attention with { Scale = 1 / Math.Sqrt(config.Positive(ScaleField, 256)), SoftCap = Cap(config, ScoreCapField, absentScoreCap) },
        Head = family.Head with { SoftCap = Cap(config, LogitCapField, absentLogitCap) },
    };

    private static float Cap(ModelConfig config, string field, float absent) => config.Declares(field) ? (float)(config.OptionalNumber(field) ?? 0) : absent;
}
