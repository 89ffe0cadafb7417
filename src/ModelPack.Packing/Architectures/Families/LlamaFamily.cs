namespace ModelPack.Packing.Architectures.Families;

/// <summary>Llama 1 to 3 and the many models of its shape: SmolLM2, TinyLlama, Yi, ...</summary>
internal static class LlamaFamily
{
    public static FamilyDefinition Definition { get; } = new()
    {
        ModelType = "llama",
        Architectures = ["LlamaForCausalLM", "LLaMAForCausalLM"],
        GenAiType = "llama",
        MaxPositions = 2048,
        BosToken = 1,
        EosToken = 2,
        Attention = new()
        {
            QueryKeyValueBias = BiasRule.Field("attention_bias"),
            OutputBias = BiasRule.Field("attention_bias"),
        },
        FeedForward = new() { Bias = BiasRule.Field("mlp_bias") },
    };
}
