namespace ModelPack.Packing.Architectures;

/// <summary>What to build of a decoder, and how. Immutable; the default is the whole decoder for the CPU.</summary>
public sealed record DecoderGraphOptions
{
    /// <summary>Decides the type of activations, KV cache and logits.</summary>
    public TargetProvider Target { get; init; } = TargetProvider.Cpu;

    /// <summary>accuracy_level of MatMulNBits: 4 lets the CPU multiply in int8, 0 keeps floating point.</summary>
    public int AccuracyLevel { get; init; } = 4;

    /// <summary>First layer of the graph, from 0. Above 0 the graph takes <see cref="DecoderGraph.HiddenInput"/> and needs <see cref="IncludeEmbedding"/> unset.</summary>
    public int FirstLayer { get; init; }

    /// <summary>Last layer of the graph; null: the decoder's last. <see cref="FirstLayer"/> - 1: no layer at all.</summary>
    public int? LastLayer { get; init; }

    /// <summary>True: the graph begins with token ids. False: with hidden states.</summary>
    public bool IncludeEmbedding { get; init; } = true;

    /// <summary>True: the graph ends with final norm, head and logits. False: with <see cref="DecoderGraph.HiddenOutput"/>.</summary>
    public bool IncludeHead { get; init; } = true;

    /// <summary>Names of the weights whose products take the low-rank sum of an adapter, as optional inputs of the graph; see <see cref="DecoderGraph.LowRankA"/>.</summary>
    public IReadOnlySet<string> LowRankWeights { get; init; } = new HashSet<string>();

    /// <summary>The embedding alone: ids in, hidden states out.</summary>
    public static DecoderGraphOptions EmbeddingOnly { get; } = new() { LastLayer = -1, IncludeHead = false };

    /// <summary>One layer: hidden states in and out, with its KV cache.</summary>
    public static DecoderGraphOptions SingleLayer(int layer) => new() { FirstLayer = layer, LastLayer = layer, IncludeEmbedding = false, IncludeHead = false };

    /// <summary>Final norm and head alone: hidden states in, logits out.</summary>
    /// <param name="layers">Number of layers of the decoder.</param>
    public static DecoderGraphOptions HeadOnly(int layers) => new() { FirstLayer = layers, LastLayer = layers - 1, IncludeEmbedding = false };
}
