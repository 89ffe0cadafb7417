namespace ModelPack.Packing.Architectures.Families;

/// <summary>Qwen3: a norm on each head's queries and keys, and a head size of its own.</summary>
internal static class Qwen3Family
{
    public static FamilyDefinition Definition { get; } = Qwen2Family.Definition with
    {
        ModelType = "qwen3",
        Architectures = ["Qwen3ForCausalLM"],
        GenAiType = "qwen3",
        HeadSize = 128,
        Attention = new()
        {
            QueryKeyValueBias = BiasRule.Field("attention_bias"),
            OutputBias = BiasRule.Field("attention_bias"),
            Norms = QueryKeyNorm.PerHead,
        },
    };
}
