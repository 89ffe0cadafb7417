namespace ModelPack.Packing.Architectures.Families;

/// <summary>Hunyuan, dense: queries and keys are normed behind their rotation.</summary>
internal static class HunyuanDenseFamily
{
    private const string HeadNormField = "use_qk_norm";

    public static FamilyDefinition Definition { get; } = new()
    {
        ModelType = "hunyuan_v1_dense",
        Architectures = ["HunYuanDenseV1ForCausalLM"],
        GenAiType = "hunyuandensev1",
        MaxPositions = 2048,
        BosToken = 1,
        EosToken = 2,
        Norm = new() { Epsilon = 1e-5 },
        Attention = new()
        {
            QueryKeyValueBias = BiasRule.Field("attention_bias"),
            OutputBias = BiasRule.Field("attention_bias"),
            Norms = QueryKeyNorm.PerHead,
            NormsAfterRope = true,
        },
        Rope = new() { Fields = ["alpha"] },
        Names = new() { QueryNorm = "self_attn.query_layernorm", KeyNorm = "self_attn.key_layernorm" },
        Reads = [HeadNormField],

        // The reference implementation has the norms whatever the file says.
        Adapt = (config, family) => config.Flag(HeadNormField, true)
            ? family
            : throw config.Error(ArchitectureErrors.Feature, HeadNormField, "is false, and models of this kind without these norms are not known"),
    };
}
