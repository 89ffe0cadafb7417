namespace ModelPack.Packing.Architectures.Families;

/// <summary>GPT-NeoX and Pythia: parallel branches behind two norms, queries, keys and values fused head by head.</summary>
internal static class GptNeoXFamily
{
    private const string ParallelField = "use_parallel_residual";

    public static FamilyDefinition Definition { get; } = new()
    {
        ModelType = "gpt_neox",
        Architectures = ["GPTNeoXForCausalLM"],
        MaxPositions = 2048,
        BosToken = 0,
        EosToken = 2,
        Norm = new() { Kind = NormKind.Layer, EpsilonField = "layer_norm_eps", Epsilon = 1e-5, Bias = true },
        Attention = new()
        {
            Fused = FusedLayout.ByHead,
            QueryKeyValueBias = BiasRule.Field("attention_bias", absent: true),
            OutputBias = BiasRule.Field("attention_bias", absent: true),
        },
        Rope = new() { ShareField = "rotary_pct", Share = 0.25 },
        FeedForward = new() { Gated = false, Bias = BiasRule.Always, Activation = "gelu" },
        Names = new()
        {
            Embedding = "gpt_neox.embed_in",
            LayerPrefix = "gpt_neox.layers.{0}.",
            FinalNorm = "gpt_neox.final_layer_norm",
            Head = "embed_out",
            QueryKeyValue = "attention.query_key_value",
            Query = "attention.q_proj",
            Key = "attention.k_proj",
            Value = "attention.v_proj",
            Output = "attention.dense",
            Up = "mlp.dense_h_to_4h",
            Down = "mlp.dense_4h_to_h",
            Buffers = [".attention.bias", ".attention.masked_bias", "rotary_emb.inv_freq"],
        },
        Spellings = new Dictionary<string, string> { ["rope_theta"] = "rotary_emb_base" },
        Reads = [ParallelField, "rotary_pct"],
        Adapt = (config, family) => family with { Order = config.Flag(ParallelField, true) ? LayerOrder.Parallel : LayerOrder.Sequential },
    };
}
