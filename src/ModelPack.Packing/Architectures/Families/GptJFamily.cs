namespace ModelPack.Packing.Architectures.Families;

/// <summary>GPT-J: parallel branches behind one norm, neighbours rotated in the first part of each head, a bias on the head.</summary>
internal static class GptJFamily
{
    public static FamilyDefinition Definition { get; } = new()
    {
        ModelType = "gptj",
        Architectures = ["GPTJForCausalLM"],
        MaxPositions = 2048,
        BosToken = 50256,
        EosToken = 50256,
        Norm = Gpt2Family.Definition.Norm,
        Order = LayerOrder.Parallel,
        Rope = new() { Interleaved = true },
        FeedForward = Gpt2Family.Definition.FeedForward,
        Head = new() { Bias = true },
        Names = new()
        {
            Embedding = "transformer.wte",
            LayerPrefix = "transformer.h.{0}.",
            FinalNorm = "transformer.ln_f",
            AttentionNorm = "ln_1",
            Query = "attn.q_proj",
            Key = "attn.k_proj",
            Value = "attn.v_proj",
            Output = "attn.out_proj",
            FeedForwardNorm = null,
            Up = "mlp.fc_in",
            Down = "mlp.fc_out",
            Buffers = [".attn.bias", ".attn.masked_bias"],
        },
        Spellings = Gpt2Family.Definition.Spellings,
        Adapt = (config, family) => family with { Rope = family.Rope! with { Dimension = config.Integer("rotary_dim", 64, 2) } },
    };
}
