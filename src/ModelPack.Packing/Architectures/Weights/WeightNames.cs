using System.Globalization;

namespace ModelPack.Packing.Architectures.Weights;

/// <summary>Names of a family's modules in its checkpoints; {0} is the layer. The values here are Llama's, which most families share.</summary>
internal sealed record WeightNames
{
    public string Embedding { get; init; } = "model.embed_tokens";

    public string LayerPrefix { get; init; } = "model.layers.{0}.";

    public string FinalNorm { get; init; } = "model.norm";

    public string Head { get; init; } = "lm_head";

    public string InputNorm { get; init; } = "input_layernorm";

    public string Query { get; init; } = "self_attn.q_proj";

    public string Key { get; init; } = "self_attn.k_proj";

    public string Value { get; init; } = "self_attn.v_proj";

    public string QueryNorm { get; init; } = "self_attn.q_norm";

    public string KeyNorm { get; init; } = "self_attn.k_norm";

    public string Output { get; init; } = "self_attn.o_proj";

    public string FeedForwardNorm { get; init; } = "post_attention_layernorm";

    public string Gate { get; init; } = "mlp.gate_proj";

    public string Up { get; init; } = "mlp.up_proj";

    public string Down { get; init; } = "mlp.down_proj";

    /// <summary>Ends of the names of tensors that are no weights: tables that old checkpoints carry along.</summary>
    public IReadOnlyList<string> Buffers { get; init; } = ["rotary_emb.inv_freq", "rotary_emb.cos_cached", "rotary_emb.sin_cached"];

    public string Layer(int layer) => string.Format(CultureInfo.InvariantCulture, LayerPrefix, layer);
}
