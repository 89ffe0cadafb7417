using ModelPack.Packing.Architectures.Graphs;

namespace ModelPack.Packing.Architectures;

/// <summary>
/// Builds the ONNX graph of a decoder, or of a few of its layers, with the operators, inputs and outputs that ONNX Runtime
/// GenAI expects. The same architecture, options and storage give the same graph. Pure, thread-safe.
/// </summary>
public static class DecoderGraph
{
    /// <summary>Token ids, int64 [batch, sequence].</summary>
    public const string InputIds = "input_ids";

    /// <summary>1 for real tokens and 0 for padding on either side, int64 [batch, past + sequence].</summary>
    public const string AttentionMask = "attention_mask";

    /// <summary>Hidden states that enter a graph without embedding, activation type [batch, sequence, hidden].</summary>
    public const string HiddenInput = "hidden_states";

    /// <summary>Hidden states that leave a graph without head, activation type [batch, sequence, hidden].</summary>
    public const string HiddenOutput = "output_hidden_states";

    /// <summary>Logits, activation type [batch, sequence, vocabulary].</summary>
    public const string Logits = "logits";

    /// <summary>Name of a layer's key cache going in, activation type [batch, key/value heads, past, cache head size].</summary>
    public static string PastKey(int layer) => $"past_key_values.{layer}.key";

    /// <summary>Name of a layer's value cache going in.</summary>
    public static string PastValue(int layer) => $"past_key_values.{layer}.value";

    /// <summary>Name of a layer's key cache coming out; may be bound to the same buffer as <see cref="PastKey"/>.</summary>
    public static string PresentKey(int layer) => $"present.{layer}.key";

    /// <summary>Name of a layer's value cache coming out.</summary>
    public static string PresentValue(int layer) => $"present.{layer}.value";

    /// <summary>Name of a short convolution's state going in, activation type [batch, hidden, taps - 1]: the gated values of the last tokens.</summary>
    public static string PastConvolution(int layer) => $"past.{layer}.conv";

    /// <summary>Name of a short convolution's state coming out.</summary>
    public static string PresentConvolution(int layer) => $"present.{layer}.conv";

    /// <summary>Name of the optional input A^T [columns, rank] of a weight's low-rank sum, activation type; absent: nothing is added.</summary>
    /// <param name="weight">Name of the weight.</param>
    public static string LowRankA(string weight) => $"{Module(weight)}.lora_A.weight";

    /// <summary>Name of the optional input s B^T [rank, rows] that goes with <see cref="LowRankA"/>.</summary>
    /// <param name="weight">Name of the weight.</param>
    public static string LowRankB(string weight) => $"{Module(weight)}.lora_B.weight";

    /// <summary>Builds a graph.</summary>
    /// <param name="architecture">The decoder.</param>
    /// <param name="options">Which part of it, and for which provider.</param>
    /// <param name="storage">How each weight of the graph is stored. Norms and biases cannot be quantized.</param>
    /// <exception cref="ArgumentException">The options name layers that the decoder does not have, or an embedding or head without its neighbour layer.</exception>
    public static DecoderGraphModel Build(DecoderArchitecture architecture, DecoderGraphOptions options, Func<DecoderWeight, WeightStorage> storage)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(storage);
        int last = options.LastLayer ?? architecture.Layers - 1;
        if (options.FirstLayer < 0 || last >= architecture.Layers || last < options.FirstLayer - 1
            || (options.IncludeEmbedding && options.FirstLayer != 0)
            || (options.IncludeHead && last != architecture.Layers - 1))
        {
            throw new ArgumentException($"Layers {options.FirstLayer} to {last} with embedding {options.IncludeEmbedding} and head {options.IncludeHead} are no part of {architecture.Layers} layers.", nameof(options));
        }

        var scope = new GraphScope(architecture, options, storage);
        DecoderBlocks.Add(scope, options.FirstLayer, last);
        return scope.Build();
    }

    private static string Module(string weight)
    {
        ArgumentException.ThrowIfNullOrEmpty(weight);
        return weight[..weight.LastIndexOf('.')];
    }
}
