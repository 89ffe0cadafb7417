using ModelPack.Formats.Onnx;
using ModelPack.Packing.Architectures.Graphs;
using ModelPack.Packing.Architectures.Weights;

namespace ModelPack.Packing.Architectures;

/// <summary>Builds the graph of a part of one layer out of the blocks of the whole decoder. Pure, thread-safe.</summary>
public static class LayerPartGraph
{
    /// <summary>What enters, [batch, sequence, width].</summary>
    public const string Input = "x";

    /// <summary>The stream that a part adds to, [batch, sequence, hidden]; only of the parts that end with an addition.</summary>
    public const string Stream = "stream";

    /// <summary>What leaves, [batch, sequence, width].</summary>
    public const string Output = "y";

    private delegate string PartBuilder(GraphScope scope, DecoderLayer layer, string x);

    private static readonly Dictionary<LayerPart, PartBuilder> Builders = new()
    {
        [LayerPart.AttentionInput] = (scope, layer, x) => Normed(scope, layer.Norms.Attention, x),
        [LayerPart.AttentionHeads] = (scope, layer, x) => layer.Convolution is null
            ? new AttentionBlock(scope, new SequenceBlock(scope, x)).Heads(layer, "/self_attn", x)
            : new ConvolutionBlock(scope, new SequenceBlock(scope, x)).Inner(layer, "/conv", x),
        [LayerPart.AttentionOutput] = (scope, layer, x) => AddToStream(scope, layer.Convolution?.Output ?? layer.Attention!.Output, layer.Norms.AttentionOutput, x),
        [LayerPart.FeedForwardInput] = (scope, layer, x) => Normed(scope, layer.Norms.FeedForward, x),
        [LayerPart.FeedForwardProduct] = (scope, layer, x) => FeedForwardBlock.Product(scope, layer.FeedForward!, "/mlp", x),
        [LayerPart.FeedForwardOutput] = (scope, layer, x) => AddToStream(scope, layer.FeedForward!.Down, layer.Norms.FeedForwardOutput, x),
    };

    /// <summary>Builds a part for the CPU with float32 activations.</summary>
    /// <param name="architecture">The decoder.</param>
    /// <param name="layer">Layer from 0.</param>
    /// <param name="part">The part.</param>
    /// <param name="storage">How each weight of the part is stored.</param>
    public static DecoderGraphModel Build(DecoderArchitecture architecture, int layer, LayerPart part, Func<DecoderWeight, WeightStorage> storage)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        ArgumentNullException.ThrowIfNull(storage);
        var scope = new GraphScope(architecture, new DecoderGraphOptions(), storage);
        string x = scope.Graph.Input(Input, OnnxElementType.Float32, "batch_size", "sequence_length", InputWidth(architecture, layer, part));
        string y = Builders[part](scope, architecture.Blocks[layer], x);
        scope.Graph.Node("Identity", [y], Output);
        scope.Graph.Output(Output, OnnxElementType.Float32, "batch_size", "sequence_length", OutputWidth(architecture, layer, part));
        return scope.Build();
    }

    /// <summary>Width of what enters a part.</summary>
    public static int InputWidth(DecoderArchitecture architecture, int layer, LayerPart part)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        return part switch
        {
            LayerPart.AttentionOutput => MixedWidth(architecture, layer),
            LayerPart.FeedForwardOutput => architecture.IntermediateSize,
            _ => architecture.HiddenSize,
        };
    }

    /// <summary>Width of what leaves a part.</summary>
    public static int OutputWidth(DecoderArchitecture architecture, int layer, LayerPart part)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        return part switch
        {
            LayerPart.AttentionHeads => MixedWidth(architecture, layer),
            LayerPart.FeedForwardProduct => architecture.IntermediateSize,
            _ => architecture.HiddenSize,
        };
    }

    private static int MixedWidth(DecoderArchitecture architecture, int layer) => architecture.Convolutions[layer] ? architecture.HiddenSize : architecture.Heads * architecture.HeadSize;

    private static string Normed(GraphScope scope, Norm? norm, string x) => norm is null ? x : NormBlock.Add(scope, norm, x, "/norm");

    private static string AddToStream(GraphScope scope, Linear linear, Norm? norm, string x)
    {
        string stream = scope.Graph.Input(Stream, OnnxElementType.Float32, "batch_size", "sequence_length", scope.Architecture.HiddenSize);
        string branch = BranchBlock.Finish(scope, norm, LinearBlock.Add(scope, linear.Module, "/projection", x, linear), "/branch");
        return scope.Graph.Node("Add", [stream, branch], "/sum");
    }
}
