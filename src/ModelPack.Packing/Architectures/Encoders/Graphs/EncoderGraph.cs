using ModelPack.Formats.Onnx;
using ModelPack.Packing.Architectures.Encoders.Sentences;
using ModelPack.Packing.Architectures.Encoders.Weights;

namespace ModelPack.Packing.Architectures.Encoders.Graphs;

/// <summary>Builds the ONNX graph of an encoder. The same encoder and outputs give the same graph. Pure, thread-safe.</summary>
internal static class EncoderGraph
{
    /// <summary>Token ids, int64 [batch, sequence].</summary>
    public const string InputIds = "input_ids";

    /// <summary>1 for real tokens and 0 for padding, int64 [batch, sequence].</summary>
    public const string AttentionMask = "attention_mask";

    /// <summary>Token types, int64 [batch, sequence]; models with several types only.</summary>
    public const string TokenTypeIds = "token_type_ids";

    /// <summary>States of the last layer, float32 [batch, sequence, hidden]; padded positions hold values without meaning.</summary>
    public const string LastHiddenState = "last_hidden_state";

    /// <summary>The pooler's output, float32 [batch, hidden].</summary>
    public const string PoolerOutput = "pooler_output";

    /// <summary>A classifier's scores, float32 [batch, labels].</summary>
    public const string Logits = "logits";

    /// <summary>The embedding of the text, float32 [batch, dimensions].</summary>
    public const string SentenceEmbedding = "sentence_embedding";

    /// <summary>Added to scores that do not count: far below every score, and still a float16.</summary>
    public const float Hidden = -10000;

    private static readonly Dictionary<PoolerActivation, string> Activations = new()
    {
        [PoolerActivation.Tanh] = "Tanh",
        [PoolerActivation.Relu] = "Relu",
        [PoolerActivation.Gelu] = "Gelu",
    };

    /// <summary>Builds a graph.</summary>
    /// <param name="encoder">The encoder.</param>
    /// <param name="sentence">How token states become one embedding; null: they do not.</param>
    /// <param name="everyState">The states between layers are outputs too, as <c>hidden.0</c> and so on; for tests.</param>
    public static EncoderGraphModel Build(EncoderArchitecture encoder, SentencePooling? sentence, bool everyState = false)
    {
        var scope = new EncoderScope(encoder);
        scope.Graph.Input(InputIds, OnnxElementType.Int64, "batch_size", "sequence_length");
        scope.Graph.Input(AttentionMask, OnnxElementType.Int64, "batch_size", "sequence_length");
        string? types = encoder.Sizes.TokenTypes > 1 ? scope.Graph.Input(TokenTypeIds, OnnxElementType.Int64, "batch_size", "sequence_length") : null;
        string x = EncoderEmbeddingBlock.Add(scope, InputIds, types);
        x = encoder.Family.NormFirst ? NormFirst(scope, x, everyState) : NormBehind(scope, x);
        if (everyState)
        {
            int behindLast = encoder.Family.NormFirst ? 1 : 0;
            for (int state = 0; state < encoder.Layers.Count + behindLast; state++)
            {
                Output(scope, $"hidden.{state}", encoder.Sizes.Hidden);
            }
        }

        Heads(scope, sentence, x, everyState);
        return scope.Build();
    }

    private static void Heads(EncoderScope scope, SentencePooling? sentence, string x, bool everything)
    {
        EncoderArchitecture encoder = scope.Encoder;
        if (sentence is not null)
        {
            int width = SentenceBlock.Add(scope, sentence, x, SentenceEmbedding);
            scope.Graph.Output(SentenceEmbedding, OnnxElementType.Float32, "batch_size", width);
        }

        if (encoder.Classifier is { Output: not null } classifier)
        {
            First(scope, classifier, x, "/classifier/dense");
            scope.Layer(classifier.Output, "/classifier/dense", Logits);
            scope.Graph.Output(Logits, OnnxElementType.Float32, "batch_size", classifier.Output.Weight.Rows);
        }

        Output(scope, x, encoder.Sizes.Hidden);
        if (encoder.Pooler is ClassifierWeights pooler && (everything || (sentence is null && encoder.Classifier is null)))
        {
            First(scope, pooler, x, PoolerOutput);
            scope.Graph.Output(PoolerOutput, OnnxElementType.Float32, "batch_size", encoder.Sizes.Hidden);
        }
    }

    private static void Output(EncoderScope scope, string name, int hidden) => scope.Graph.Output(name, OnnxElementType.Float32, "batch_size", "sequence_length", hidden);

    private static void First(EncoderScope scope, ClassifierWeights weights, string x, string output)
    {
        string first = scope.Node("Gather", [x, scope.Scalar(0)], $"{output}/first", ("axis", 1));
        scope.Node(Activations[weights.Activation], [scope.Layer(weights.Dense, first, $"{output}/dense")], output);
    }

    private static string NormBehind(EncoderScope scope, string x)
    {
        EncoderArchitecture encoder = scope.Encoder;
        for (int i = 0; i < encoder.Layers.Count; i++)
        {
            EncoderLayer layer = encoder.Layers[i];
            string path = $"/layer.{i}";
            string attended = EncoderAttentionBlock.Add(scope, layer, x, $"{path}/attention");
            string output = scope.Product(layer.Output.Module, attended, $"{path}/attention/output", layer.Output);
            x = scope.NormedSum(layer.AttentionNorm!, output, scope.Biases(layer.Output.Module, layer.Output), x, $"{path}/middle");
            string down = EncoderFeedForwardBlock.Add(scope, layer.Module, layer.FeedForward, x, $"{path}/mlp");
            string name = i == encoder.Layers.Count - 1 ? LastHiddenState : $"hidden.{i + 1}";
            x = scope.NormedSum(layer.FeedForwardNorm, down, scope.Biases(layer.FeedForward.Down.Module, layer.FeedForward.Down), x, name);
        }

        return x;
    }

    private static string NormFirst(EncoderScope scope, string x, bool everyState)
    {
        EncoderArchitecture encoder = scope.Encoder;
        string normed = encoder.Layers[0].AttentionNorm is { } first ? scope.Normed(first, x, "/layer.0/normed") : x;
        for (int i = 0; i < encoder.Layers.Count; i++)
        {
            EncoderLayer layer = encoder.Layers[i];
            string path = $"/layer.{i}";
            string attended = EncoderAttentionBlock.Add(scope, layer, normed, $"{path}/attention");
            string output = scope.Product(layer.Output.Module, attended, $"{path}/attention/output", layer.Output);
            normed = scope.NormedSum(layer.FeedForwardNorm, output, scope.Biases(layer.Output.Module, layer.Output), x, $"{path}/middle/normed", $"{path}/middle");
            string down = EncoderFeedForwardBlock.Add(scope, layer.Module, layer.FeedForward, normed, $"{path}/mlp");
            bool last = i == encoder.Layers.Count - 1;
            normed = scope.NormedSum(
                last ? encoder.FinalNorm! : encoder.Layers[i + 1].AttentionNorm!,
                down,
                scope.Biases(layer.FeedForward.Down.Module, layer.FeedForward.Down),
                $"{path}/middle",
                last ? LastHiddenState : $"/layer.{i + 1}/normed",
                last && !everyState ? string.Empty : $"hidden.{i + 1}");
            x = $"hidden.{i + 1}";
        }

        return normed;
    }
}
