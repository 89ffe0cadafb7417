namespace ModelPack.Packing.Architectures.Families;

/// <summary>Gemma 1: norms multiply by 1 + w, the embedding by the root of its width, and gelu always means the tanh form.</summary>
internal static class GemmaFamily
{
    public static FamilyDefinition Definition { get; } = new()
    {
        ModelType = "gemma",
        Architectures = ["GemmaForCausalLM"],
        GenAiType = "gemma",
        MaxPositions = 8192,
        KeyValueHeads = 16,
        HeadSize = 256,
        Tied = true,
        BosToken = 2,
        EosToken = 1,
        Norm = new() { Addend = 1 },
        Attention = new()
        {
            QueryKeyValueBias = BiasRule.Field("attention_bias"),
            OutputBias = BiasRule.Field("attention_bias"),
        },
        FeedForward = new() { ActivationFields = ["hidden_activation", "hidden_act"], Activation = "gelu_pytorch_tanh", GeluIsTanh = true },
        Embedding = new() { ScaleIsRootOfWidth = true },
    };
}
