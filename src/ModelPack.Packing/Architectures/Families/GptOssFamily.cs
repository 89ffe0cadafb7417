namespace ModelPack.Packing.Architectures.Families;

/// <summary>gpt-oss with unquantized weights: attention sinks, clamped experts, a window on every other layer.</summary>
internal static class GptOssFamily
{
    public static FamilyDefinition Definition { get; } = new()
    {
        ModelType = "gpt_oss",
        Architectures = ["GptOssForCausalLM"],
        GenAiType = "gptoss",
        MaxPositions = 131072,
        KeyValueHeads = 8,
        HeadSize = 64,
        Norm = new() { Epsilon = 1e-5 },
        Attention = new()
        {
            QueryKeyValueBias = BiasRule.Field("attention_bias", absent: true),
            OutputBias = BiasRule.Field("attention_bias", absent: true),
            Sinks = true,
        },
        Rope = new() { Theta = 150000 },
        Mixture = new()
        {
            CountField = MixtralFamily.CountField,
            Count = 128,
            Chosen = 4,
            Routing = ExpertRouting.SoftmaxOfChosen,
            Bias = true,
            Layout = ExpertLayout.Interleaved,
            Router = "mlp.router",
            Gate = "mlp.experts.gate_up_proj",
            Up = "mlp.experts.gate_up_proj",
            Down = "mlp.experts.down_proj",
        },
        Window = WindowRule.EvenLayers(absentWindow: 128),
        Reads = [MixtralFamily.CountField],
        Adapt = (config, family) => MixtralFamily.Chosen(config, family) with
        {
            FeedForward = family.FeedForward with { ClampLimit = (float)config.Positive("swiglu_limit", 7) },
        },
    };
}
