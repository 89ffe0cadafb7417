using ModelPack.Packing.Architectures.Configuration;

namespace ModelPack.Packing.Architectures.Families;

/// <summary>OLMo 1: norms without factors or addends, clamped projections.</summary>
internal static class OlmoFamily
{
    private const string ClipField = "clip_qkv";

    public static FamilyDefinition Definition { get; } = new()
    {
        ModelType = "olmo",
        Architectures = ["OlmoForCausalLM"],
        GenAiType = "olmo",
        MaxPositions = 2048,
        EosToken = 50279,
        Norm = new() { Kind = NormKind.Layer, EpsilonField = null, Epsilon = 1e-5, Weight = false },
        Attention = new()
        {
            QueryKeyValueBias = BiasRule.Field("attention_bias"),
            OutputBias = BiasRule.Field("attention_bias"),
        },
        Reads = [ClipField],
        Adapt = Clipped,
    };

    /// <summary>The family with the clamp of a configuration.</summary>
    internal static FamilyDefinition Clipped(ModelConfig config, FamilyDefinition family) => config.Has(ClipField)
        ? family with { Attention = family.Attention with { Clip = (float)config.Positive(ClipField, 1) } }
        : family;
}
