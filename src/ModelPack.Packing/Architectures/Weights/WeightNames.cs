using System.Globalization;

namespace ModelPack.Packing.Architectures.Weights;

/// <summary>
/// Names of a family's modules in its checkpoints; {0} is the layer, null a module that the family does not have. The values
/// here are Llama's, which most families share.
/// </summary>
internal sealed record WeightNames
{
    /// <summary>Stands before all names in some of the family's checkpoints.</summary>
    public string OptionalPrefix { get; init; } = string.Empty;

    public string Embedding { get; init; } = "model.embed_tokens";

    public string Positions { get; init; } = string.Empty;

    public string EmbeddingNorm { get; init; } = string.Empty;

    public string ProjectionIn { get; init; } = string.Empty;

    public string ProjectionOut { get; init; } = string.Empty;

    public string LayerPrefix { get; init; } = "model.layers.{0}.";

    public string FinalNorm { get; init; } = "model.norm";

    public string Head { get; init; } = "lm_head";

    public string? AttentionNorm { get; init; } = "input_layernorm";

    public string? AttentionOutputNorm { get; init; }

    /// <summary>Tensor of queries, keys and values in one, for families that fuse them.</summary>
    public string QueryKeyValue { get; init; } = "self_attn.qkv_proj";

    public string Query { get; init; } = "self_attn.q_proj";

    public string Key { get; init; } = "self_attn.k_proj";

    public string Value { get; init; } = "self_attn.v_proj";

    public string QueryNorm { get; init; } = "self_attn.q_norm";

    public string KeyNorm { get; init; } = "self_attn.k_norm";

    public string Sinks { get; init; } = "self_attn.sinks";

    public string Output { get; init; } = "self_attn.o_proj";

    /// <summary>Projection in front of a short convolution.</summary>
    public string ConvolutionInput { get; init; } = "conv.in_proj";

    /// <summary>The short convolution.</summary>
    public string Convolution { get; init; } = "conv.conv";

    /// <summary>Projection behind it.</summary>
    public string ConvolutionOutput { get; init; } = "conv.out_proj";

    public string? FeedForwardNorm { get; init; } = "post_attention_layernorm";

    public string? FeedForwardOutputNorm { get; init; }

    /// <summary>Tensor of gate and up projection in one, for families that fuse them.</summary>
    public string GateUp { get; init; } = "mlp.gate_up_proj";

    public string Gate { get; init; } = "mlp.gate_proj";

    public string Up { get; init; } = "mlp.up_proj";

    public string Down { get; init; } = "mlp.down_proj";

    /// <summary>Linear layers of the blocks are stored as [inputs, outputs].</summary>
    public bool Transposed { get; init; }

    /// <summary>Ends of the names of tensors that are no weights: tables and masks that old checkpoints carry along.</summary>
    public IReadOnlyList<string> Buffers { get; init; } = ["rotary_emb.inv_freq", "rotary_emb.cos_cached", "rotary_emb.sin_cached"];

    /// <summary>Beginnings of the names of tensors that belong to other parts of a model than its decoder.</summary>
    public IReadOnlyList<string> OtherParts { get; init; } = [];

    /// <summary>Ends of names that older checkpoints of the family spell otherwise: usual to older.</summary>
    public IReadOnlyDictionary<string, string> OldEnds { get; init; } = new Dictionary<string, string>();

    /// <summary>The older spelling of a tensor's name; the name itself where there is none.</summary>
    public string OldSpelling(string name)
    {
        foreach ((string end, string old) in OldEnds)
        {
            if (name.EndsWith(end, StringComparison.Ordinal))
            {
                return name[..^end.Length] + old;
            }
        }

        return name;
    }

    public string Layer(int layer) => string.Format(CultureInfo.InvariantCulture, LayerPrefix, layer);
}
