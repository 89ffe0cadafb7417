namespace ModelPack.Packing.Architectures.Families;

/// <summary>Phi-1.5 and Phi-2: parallel branches behind one norm, biases everywhere, also on the head.</summary>
internal static class PhiFamily
{
    public static FamilyDefinition Definition { get; } = new()
    {
        ModelType = "phi",
        Architectures = ["PhiForCausalLM"],
        GenAiType = "phi",
        MaxPositions = 2048,
        BosToken = 1,
        EosToken = 2,
        Norm = new() { Kind = NormKind.Layer, EpsilonField = "layer_norm_eps", Epsilon = 1e-5, Bias = true },
        Order = LayerOrder.Parallel,
        Attention = new() { QueryKeyValueBias = BiasRule.Always, OutputBias = BiasRule.Always },
        Rope = new() { ShareField = "partial_rotary_factor", Share = 0.5 },
        FeedForward = new() { Gated = false, Bias = BiasRule.Always, Activation = "gelu_new" },
        Head = new() { Bias = true },
        Names = new() { FinalNorm = "model.final_layernorm", Output = "self_attn.dense", FeedForwardNorm = null, Up = "mlp.fc1", Down = "mlp.fc2" },
        Reads = ["partial_rotary_factor"],
    };
}
