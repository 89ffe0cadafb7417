using ModelPack.Formats.Onnx;
using ModelPack.Packing.Architectures.Weights;

namespace ModelPack.Packing.Architectures.Graphs;

/// <summary>The order of the blocks: embedding, layers, final norm and head, or a part of that.</summary>
internal static class DecoderBlocks
{
    /// <summary>Adds the layers <paramref name="first"/> to <paramref name="last"/> and what the options put around them.</summary>
    public static void Add(GraphScope scope, int first, int last)
    {
        DecoderArchitecture model = scope.Architecture;
        OnnxGraphBuilder graph = scope.Graph;
        string input = scope.Options.IncludeEmbedding
            ? graph.Input(DecoderGraph.InputIds, OnnxElementType.Int64, "batch_size", "sequence_length")
            : graph.Input(DecoderGraph.HiddenInput, scope.ActivationType, "batch_size", "sequence_length", model.HiddenSize);
        IReadOnlyList<DecoderLayer> layers = [.. model.Blocks.Skip(first).Take(last - first + 1)];
        if (layers.Count == 0)
        {
            Finish(scope, new ResidualStream(scope, Start(scope, input, null)), null);
            return;
        }

        var sequence = new SequenceBlock(scope, input);
        var attention = new AttentionBlock(scope, sequence);
        var stream = new ResidualStream(scope, Start(scope, sequence.RealTokensFirst(input, $"/{input}/real_tokens_first"), sequence));
        var convolution = new ConvolutionBlock(scope, sequence);
        var blocks = new LayerBlocks(scope, attention, convolution, stream);
        foreach (DecoderLayer layer in layers)
        {
            blocks.Add(layer);
        }

        Finish(scope, stream, sequence);
        foreach (DecoderLayer layer in layers.Where(layer => layer.Convolution is null))
        {
            attention.DeclareOutputs(layer);
        }

        foreach (DecoderLayer layer in layers.Where(layer => layer.Convolution is not null))
        {
            convolution.DeclareOutputs(layer);
        }
    }

    private static string Start(GraphScope scope, string input, SequenceBlock? sequence) =>
        scope.Options.IncludeEmbedding ? EmbeddingBlock.Add(scope, input, sequence, "/embed_tokens") : input;

    private static void Finish(GraphScope scope, ResidualStream stream, SequenceBlock? sequence)
    {
        DecoderArchitecture model = scope.Architecture;
        string hidden = scope.Options.IncludeHead ? stream.Norm(model.Head.Norm, "/final_norm", isLast: true) : stream.Value("/hidden");
        string name = scope.Options.IncludeHead ? "/final_norm/as_in_mask" : DecoderGraph.HiddenOutput;
        string ordered = sequence is not null ? sequence.AsInMask(hidden, name)
            : scope.Options.IncludeHead ? hidden
            : scope.Graph.Node("Identity", [hidden], name);
        if (scope.Options.IncludeHead)
        {
            HeadBlock.Add(scope, ordered);
            scope.Graph.Output(DecoderGraph.Logits, scope.ActivationType, "batch_size", "sequence_length", model.VocabularySize);
        }
        else
        {
            scope.Graph.Output(DecoderGraph.HiddenOutput, scope.ActivationType, "batch_size", "sequence_length", model.HiddenSize);
        }
    }
}
