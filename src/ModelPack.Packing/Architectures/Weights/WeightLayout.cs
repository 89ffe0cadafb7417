using ModelPack.Packing.Architectures.Configuration;
using ModelPack.Packing.Architectures.Families;

namespace ModelPack.Packing.Architectures.Weights;

/// <summary>Which tensors a decoder has and how large they are.</summary>
internal sealed class WeightLayout
{
    private readonly DecoderArchitecture _sizes;
    private readonly ModelConfig _config;
    private readonly CheckpointBinder _binder;
    private readonly FamilyDefinition _family;
    private readonly WeightNames _names;
    private readonly float _epsilon;
    private readonly Extent _hidden;
    private readonly Extent _tableWidth;
    private readonly Extent _vocabulary;

    public WeightLayout(DecoderArchitecture architecture, ModelConfig config, CheckpointBinder binder)
    {
        _sizes = architecture;
        _config = config;
        _binder = binder;
        _family = architecture.Family;
        _names = _family.Names;
        NormStyle norm = _family.Norm;
        _epsilon = (float)(norm.EpsilonField is string field ? config.Positive(field, norm.Epsilon) : norm.Epsilon);
        _hidden = new Extent(architecture.HiddenSize, config.Qualified("hidden_size"));
        _tableWidth = _family.Embedding.Width is int width ? new Extent(width, "word_embed_proj_dim") : _hidden;
        _vocabulary = new Extent(architecture.VocabularySize, "vocab_size");
    }

    public EmbeddingWeights Embedding()
    {
        EmbeddingStyle style = _family.Embedding;
        DecoderWeight table = _binder.Matrix(_names.Embedding, _sizes.Tied ? WeightRole.TiedEmbedding : WeightRole.Embedding, null, _vocabulary, _tableWidth);
        Linear? projection = style.Width is null ? null : _binder.Linear(_names.ProjectionIn, WeightRole.Projection, null, _hidden, _tableWidth, bias: false);
        DecoderWeight? positions = style.PositionOffset is int offset
            ? _binder.Matrix(_names.Positions, WeightRole.Positions, null, new Extent(_sizes.ContextLength + offset, _config.Qualified("max_position_embeddings")), _hidden)
            : null;
        return new EmbeddingWeights(table, projection, positions, style.Norm ? _binder.Norm(_names.EmbeddingNorm, null, _family.Norm, _epsilon, _hidden) : null);
    }

    /// <summary>The head: its own table, or the embedding's; a tied checkpoint may carry a copy of the table, which the reference does not read either.</summary>
    public HeadWeights Head(DecoderWeight embedding)
    {
        HeadStyle style = _family.Head;
        Norm? norm = style.Norm ? _binder.Norm(_names.FinalNorm, null, _family.Norm, _epsilon, _hidden) : null;
        Linear? projection = _family.Embedding.Width is null ? null : _binder.Linear(_names.ProjectionOut, WeightRole.Projection, null, _tableWidth, _hidden, bias: false);
        if (!_sizes.Tied)
        {
            return new HeadWeights(norm, projection, _binder.Linear(_names.Head, WeightRole.Head, null, _vocabulary, _tableWidth, style.Bias));
        }

        _binder.Ignore($"{_names.Head}.weight");
        return new HeadWeights(norm, projection, new Linear(embedding, style.Bias ? _binder.Vector($"{_names.Head}.bias", WeightRole.Bias, null, _vocabulary) : null));
    }

    public DecoderLayer Layer(int layer)
    {
        _binder.RequireLayer(layer, _sizes.Layers);
        string prefix = _names.Layer(layer);
        Norm? before = LayerNorm(_names.AttentionNorm, prefix, layer);
        ConvolutionWeights? convolution = _sizes.Convolutions[layer] ? Convolution(prefix, layer) : null;
        AttentionWeights? attention = convolution is null ? new AttentionLayout(_sizes, _config, _binder, _epsilon).Bind(layer) : null;
        Norm? behind = LayerNorm(_names.AttentionOutputNorm, prefix, layer);
        Norm? feedForwardNorm = LayerNorm(_names.FeedForwardNorm, prefix, layer);
        MixtureWeights? mixture = _family.Mixture is MixtureStyle style && MixtureLayout.Has(_config, style, layer) ? new MixtureLayout(_sizes, _config, _binder, style).Bind(layer) : null;
        FeedForwardWeights? feedForward = mixture is null ? FeedForward(prefix, layer) : null;
        var norms = new LayerNorms(before, behind, feedForwardNorm, LayerNorm(_names.FeedForwardOutputNorm, prefix, layer));
        return new DecoderLayer(layer, _sizes.SlidingWindows[layer], _sizes.Ropes[layer], norms, attention, convolution, feedForward, mixture);
    }

    private Norm? LayerNorm(string? name, string prefix, int layer) => name is null ? null : _binder.Norm(prefix + name, layer, _family.Norm, _epsilon, _hidden);

    private ConvolutionWeights Convolution(string prefix, int layer)
    {
        ConvolutionStyle style = _family.Convolution!;
        bool bias = style.Bias.Applies(_config);
        var taps = new Extent(_sizes.ConvolutionState + 1, style.TapsField);
        Linear input = _binder.Linear(prefix + _names.ConvolutionInput, WeightRole.ConvolutionInput, layer, new Extent(3 * _hidden.Size, $"3 x {_hidden.Fields}"), _hidden, bias);
        string kernel = prefix + _names.Convolution;
        DecoderWeight[] factors = [.. Enumerable.Range(0, taps.Size).Select(tap => _binder.Slice(
            $"{kernel}.weight", $"{kernel}.tap_{tap}.weight", WeightRole.Convolution, layer, [_hidden, new Extent(1, "1"), taps], 1, _hidden.Size, new WeightView(tap, _hidden.Size, 0, taps.Size, 1)))];
        return new ConvolutionWeights(
            input,
            factors,
            bias ? _binder.Vector($"{kernel}.bias", WeightRole.Bias, layer, _hidden) : null,
            _binder.Linear(prefix + _names.ConvolutionOutput, WeightRole.ConvolutionOutput, layer, _hidden, _hidden, bias));
    }

    private FeedForwardWeights FeedForward(string prefix, int layer)
    {
        FeedForwardStyle style = _family.FeedForward;
        bool bias = style.Bias.Applies(_config);
        var intermediate = new Extent(_sizes.IntermediateSize, _config.Qualified("intermediate_size"));
        var fused = new Extent(2 * _sizes.IntermediateSize, $"2 x {intermediate.Fields}");
        Linear? gate = !style.Gated ? null
            : style.Fused ? Part(_names.GateUp, _names.Gate, WeightRole.Gate, RowPlan.Slice(fused, 0, intermediate.Size), intermediate.Size, _hidden)
            : Part(_names.Gate, _names.Gate, WeightRole.Gate, RowPlan.Whole(intermediate), intermediate.Size, _hidden);
        Linear up = style.Fused
            ? Part(_names.GateUp, _names.Up, WeightRole.Up, RowPlan.Slice(fused, intermediate.Size, intermediate.Size), intermediate.Size, _hidden)
            : Part(_names.Up, _names.Up, WeightRole.Up, RowPlan.Whole(intermediate), intermediate.Size, _hidden);
        return new FeedForwardWeights(gate, up, Part(_names.Down, _names.Down, WeightRole.Down, RowPlan.Whole(_hidden), _hidden.Size, intermediate));

        Linear Part(string module, string name, WeightRole role, RowPlan plan, int rows, Extent columns) =>
            _binder.Linear(prefix + module, prefix + name, role, layer, plan, rows, columns, bias, _names.Transposed);
    }
}
