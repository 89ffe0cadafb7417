using ModelPack.Packing.Architectures.Configuration;
using ModelPack.Packing.Architectures.Families;

namespace ModelPack.Packing.Architectures.Weights;

/// <summary>Which tensors a decoder has and how large they are.</summary>
internal sealed class WeightLayout(DecoderArchitecture architecture, ModelConfig config, CheckpointBinder binder)
{
    private readonly FamilyDefinition _family = architecture.Family;
    private readonly Extent _hidden = new(architecture.HiddenSize, "hidden_size");
    private readonly Extent _intermediate = new(architecture.IntermediateSize, "intermediate_size");
    private readonly Extent _vocabulary = new(architecture.VocabularySize, "vocab_size");
    private readonly Extent _head = new(architecture.HeadSize, "head_dim");
    private readonly Extent _queries = new(architecture.Heads * architecture.HeadSize, "num_attention_heads x head_dim");
    private readonly Extent _keys = new(architecture.KvHeads * architecture.HeadSize, "num_key_value_heads x head_dim");

    public DecoderWeight Embedding() =>
        binder.Matrix(_family.Names.Embedding, architecture.Tied ? WeightRole.TiedEmbedding : WeightRole.Embedding, null, _vocabulary, _hidden);

    public DecoderWeight FinalNorm() => binder.Norm(_family.Names.FinalNorm, null, _hidden);

    /// <summary>The head: its own table, or the embedding's; a tied checkpoint may carry a copy of the table, which the reference does not read either.</summary>
    public Linear Head(DecoderWeight embedding)
    {
        if (!architecture.Tied)
        {
            return binder.Linear(_family.Names.Head, WeightRole.Head, null, _vocabulary, _hidden, bias: false);
        }

        binder.Ignore($"{_family.Names.Head}.weight");
        return new Linear(embedding, null);
    }

    public DecoderLayer Layer(int layer)
    {
        binder.RequireLayer(layer, architecture.Layers);
        WeightNames names = _family.Names;
        string prefix = names.Layer(layer);
        DecoderWeight inputNorm = binder.Norm(prefix + names.InputNorm, layer, _hidden);
        AttentionWeights attention = Attention(prefix, layer);
        DecoderWeight feedForwardNorm = binder.Norm(prefix + names.FeedForwardNorm, layer, _hidden);
        return new DecoderLayer(layer, architecture.SlidingWindows[layer], inputNorm, attention, feedForwardNorm, FeedForward(prefix, layer));
    }

    private AttentionWeights Attention(string prefix, int layer)
    {
        WeightNames names = _family.Names;
        bool bias = _family.QueryKeyValueBias.Applies(config);
        return new AttentionWeights(
            binder.Linear(prefix + names.Query, WeightRole.Query, layer, _queries, _hidden, bias),
            binder.Linear(prefix + names.Key, WeightRole.Key, layer, _keys, _hidden, bias),
            binder.Linear(prefix + names.Value, WeightRole.Value, layer, _keys, _hidden, bias),
            binder.Linear(prefix + names.Output, WeightRole.Output, layer, _hidden, _queries, _family.OutputBias.Applies(config)),
            _family.HeadNorms ? binder.Norm(prefix + names.QueryNorm, layer, _head) : null,
            _family.HeadNorms ? binder.Norm(prefix + names.KeyNorm, layer, _head) : null);
    }

    private FeedForwardWeights FeedForward(string prefix, int layer)
    {
        WeightNames names = _family.Names;
        bool bias = _family.FeedForwardBias.Applies(config);
        return new FeedForwardWeights(
            binder.Linear(prefix + names.Gate, WeightRole.Gate, layer, _intermediate, _hidden, bias),
            binder.Linear(prefix + names.Up, WeightRole.Up, layer, _intermediate, _hidden, bias),
            binder.Linear(prefix + names.Down, WeightRole.Down, layer, _hidden, _intermediate, bias));
    }
}
