using ModelPack.Packing.Architectures.Configuration;

namespace ModelPack.Packing.Architectures.Families;

/// <summary>Granite 3: Llama's block with four multipliers.</summary>
internal static class GraniteFamily
{
    private const string ScaleField = "attention_multiplier";
    private const string EmbeddingField = "embedding_multiplier";
    private const string BranchField = "residual_multiplier";
    private const string DivisorField = "logits_scaling";

    public static FamilyDefinition Definition { get; } = LlamaFamily.Definition with
    {
        ModelType = "granite",
        Architectures = ["GraniteForCausalLM"],
        GenAiType = "granite",
        Reads = [ScaleField, EmbeddingField, BranchField, DivisorField],
        Adapt = Multiplied,
    };

    /// <summary>The family with the multipliers of a configuration.</summary>
    internal static FamilyDefinition Multiplied(ModelConfig config, FamilyDefinition family) => family with
    {
        Attention = family.Attention with { Scale = config.Positive(ScaleField, 1) },
        Embedding = family.Embedding with { Scale = (float)config.Positive(EmbeddingField, 1) },
        BranchScale = (float)config.Positive(BranchField, 1),
        Head = family.Head with { Scale = (float)(1 / config.Positive(DivisorField, 1)) },
    };
}
