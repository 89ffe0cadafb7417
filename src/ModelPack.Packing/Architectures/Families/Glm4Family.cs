namespace ModelPack.Packing.Architectures.Families;

/// <summary>GLM-4-0414: GLM-4 with norms behind the branches too.</summary>
internal static class Glm4Family
{
    public static FamilyDefinition Definition { get; } = GlmFamily.Definition with
    {
        ModelType = "glm4",
        Architectures = ["Glm4ForCausalLM"],
        Names = new() { AttentionOutputNorm = "post_self_attn_layernorm", FeedForwardOutputNorm = "post_mlp_layernorm" },
    };
}
