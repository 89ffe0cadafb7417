using ModelPack.Packing.Architectures.Configuration;
using ModelPack.Packing.Architectures.Families;
using ModelPack.Packing.Architectures.Weights;

namespace ModelPack.Packing.Architectures.Encoders.Weights;

/// <summary>Which tensors an encoder has and how large they are.</summary>
internal sealed class EncoderLayout
{
    private readonly ModelConfig _config;
    private readonly EncoderDefinition _family;
    private readonly EncoderSizes _sizes;
    private readonly CheckpointBinder _binder;
    private readonly WeightNames _names;
    private readonly float _epsilon;
    private readonly Extent _hidden;

    public EncoderLayout(ModelConfig config, EncoderDefinition family, EncoderSizes sizes, CheckpointBinder binder)
    {
        _config = config;
        _family = family;
        _sizes = sizes;
        _binder = binder;
        _names = family.Names;
        _epsilon = (float)(family.Norm.EpsilonField is string field ? config.Positive(field, family.Norm.Epsilon) : family.Norm.Epsilon);
        _hidden = sizes.HiddenExtent(config);
    }

    public EncoderEmbedding Embedding(bool positions)
    {
        Extent width = _family.TableWidthField is string field ? new Extent(_sizes.TableWidth, field) : _hidden;
        return new EncoderEmbedding(
            _binder.Matrix(_names.Embedding, WeightRole.Embedding, null, new Extent(_sizes.Vocabulary, "vocab_size"), width),
            positions ? _binder.Matrix(_names.Positions, WeightRole.Positions, null, new Extent(_sizes.Positions, _config.Qualified("max_position_embeddings")), width) : null,
            _sizes.TokenTypes > 0 ? _binder.Matrix(_family.TokenTypeTable, WeightRole.Positions, null, new Extent(_sizes.TokenTypes, "type_vocab_size"), width) : null,
            Norm(_names.EmbeddingNorm, null, width),
            _family.TableWidthField is not null && (_family.AlwaysProjects || _sizes.TableWidth != _sizes.Hidden)
                ? _binder.Linear(_names.ProjectionIn, WeightRole.Projection, null, _hidden, width, bias: true)
                : null);
    }

    /// <summary>Binds a layer, or a group of layers that share their weights.</summary>
    public EncoderLayer Layer(int layer, int layers)
    {
        _binder.RequireLayer(layer, layers);
        string prefix = _names.Layer(layer);
        bool bias = _family.QueryKeyValueBias.Applies(_config);
        Norm? attentionNorm = _family.NormFirst ? (layer == 0 && _family.FirstNormAbsent ? null : Norm(prefix + _names.AttentionNorm, layer, _hidden)) : null;
        var total = new Extent(3 * _sizes.Hidden, $"3 x {_hidden.Fields}");
        Linear query = Projection(_names.Query, WeightRole.Query, 0), key = Projection(_names.Key, WeightRole.Key, 1), value = Projection(_names.Value, WeightRole.Value, 2);
        Linear output = _binder.Linear(prefix + _names.Output, WeightRole.Output, layer, _hidden, _hidden, _family.OutputBias.Applies(_config));
        attentionNorm ??= _family.NormFirst ? null : Norm(prefix + _names.AttentionOutputNorm, layer, _hidden);
        FeedForwardWeights feedForward = FeedForward(prefix, layer);
        return new EncoderLayer(
            _binder.Module(prefix), query, key, value, output, attentionNorm, feedForward, Norm(prefix + (_family.NormFirst ? _names.FeedForwardNorm : _names.FeedForwardOutputNorm), layer, _hidden));

        Linear Projection(string name, WeightRole role, int part) => _family.FusedQueryKeyValue
            ? _binder.Linear(prefix + _names.QueryKeyValue, prefix + name, role, layer, RowPlan.Slice(total, part * _sizes.Hidden, _sizes.Hidden), _sizes.Hidden, _hidden, bias, transposed: false)
            : _binder.Linear(prefix + name, role, layer, _hidden, _hidden, bias);
    }

    public Norm? FinalNorm() => _family.NormFirst ? Norm(_names.FinalNorm, null, _hidden) : null;

    /// <summary>The table of a bias by distance [buckets, heads]; null: there is none.</summary>
    public DecoderWeight? RelativeBias() => _family.RelativeBias is not string module ? null : _binder.Matrix(
        module, WeightRole.Positions, null, new Extent(_config.Integer("relative_attention_num_buckets", 32, 4), "relative_attention_num_buckets"), new Extent(_sizes.Heads, "num_attention_heads"));

    /// <summary>What DeBERTa knows of distances; null: it does not use them.</summary>
    public RelativePositions? Distances()
    {
        if (!_family.Disentangled || !_config.Flag("relative_attention", false))
        {
            return null;
        }

        // One text with bars, or a list.
        IReadOnlyList<string> kinds = _config.Raw("pos_att_type") is { ValueKind: System.Text.Json.JsonValueKind.Array } ? _config.Texts("pos_att_type")! : (_config.Text("pos_att_type") ?? string.Empty).Split('|', StringSplitOptions.RemoveEmptyEntries);
        int limit = _config.OptionalInteger("max_relative_positions", int.MinValue) is int given and > 0 ? given : _sizes.Positions;
        int buckets = Math.Max(_config.OptionalInteger("position_buckets", int.MinValue) ?? -1, 0);
        int span = buckets > 0 ? buckets : limit;
        string norm = _config.Text("norm_rel_ebd") ?? "none";
        DecoderWeight table = _binder.Matrix("encoder.rel_embeddings", WeightRole.Positions, null, new Extent(2 * span, "2 x position_buckets"), _hidden);
        return norm is "none" or "layer_norm"
            ? new RelativePositions(table, norm == "none" ? null : Norm("encoder.LayerNorm", null, _hidden), span, buckets, limit, kinds.Contains("c2p"), kinds.Contains("p2c"))
            : throw _config.Error(ArchitectureErrors.Feature, "norm_rel_ebd", $"is {norm}; supported are none and layer_norm");
    }

    /// <summary>The pooler, which a checkpoint may lack.</summary>
    public ClassifierWeights? Pooler() => _family.Pooler is string module && _binder.Has($"{module}.weight")
        ? new ClassifierWeights(_binder.Linear(module, WeightRole.Projection, null, _hidden, _hidden, bias: true), PoolerActivation.Tanh, null)
        : null;

    private Norm Norm(string module, int? layer, Extent size) => _binder.Norm(module, layer, _family.Norm with { Bias = _family.Norm.Bias || _config.Flag("norm_bias", false) }, _epsilon, size);

    private FeedForwardWeights FeedForward(string prefix, int layer)
    {
        FeedForwardStyle style = _family.FeedForward;
        bool bias = style.Bias.Applies(_config);
        var inner = new Extent(_sizes.Intermediate, _config.Qualified("intermediate_size"));
        var both = new Extent(2 * inner.Size, $"2 x {inner.Fields}");
        Linear? gate = style.Gated ? Part(_names.Gate, WeightRole.Gate, 0) : null;
        return new FeedForwardWeights(gate, Part(_names.Up, WeightRole.Up, 1), _binder.Linear(prefix + _names.Down, WeightRole.Down, layer, _hidden, inner, bias));

        Linear Part(string name, WeightRole role, int part) => style.Fused
            ? _binder.Linear(prefix + _names.GateUp, prefix + name, role, layer, RowPlan.Slice(both, part * inner.Size, inner.Size), inner.Size, _hidden, bias, transposed: false)
            : _binder.Linear(prefix + name, role, layer, inner, _hidden, bias);
    }
}
