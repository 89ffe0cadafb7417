using ModelPack.Formats.Onnx;
using ModelPack.Packing.Architectures.Families;
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
        [LayerPart.AttentionInput] = (scope, layer, x) => NormsBehind(scope) ? x : Normed(scope, layer.Norms.Attention, x, "/norm"),
        [LayerPart.AttentionHeads] = (scope, layer, x) => layer.Convolution is null
            ? new AttentionBlock(scope, new SequenceBlock(scope, x)).Heads(layer, "/self_attn", x)
            : new ConvolutionBlock(scope, new SequenceBlock(scope, x)).Inner(layer, "/conv", x),
        [LayerPart.AttentionOutput] = (scope, layer, x) => Renormed(scope, layer.Norms.Attention, AddToStream(scope, Projected(scope, layer.Convolution?.Output ?? layer.Attention!.Output, layer.Norms.AttentionOutput, x, "/attention"))),
        [LayerPart.FeedForwardInput] = (scope, layer, x) => NormsBehind(scope) ? x : Normed(scope, layer.Norms.FeedForward, x, "/norm"),
        [LayerPart.FeedForwardProduct] = (scope, layer, x) => FeedForwardBlock.Product(scope, layer.FeedForward!, "/mlp", x),
        [LayerPart.FeedForwardOutput] = (scope, layer, x) => Renormed(scope, layer.Norms.FeedForward, AddToStream(scope, Projected(scope, layer.FeedForward!.Down, layer.Norms.FeedForwardOutput, x, "/mlp"))),
        [LayerPart.ParallelInput] = ParallelInput,
        [LayerPart.ParallelProducts] = ParallelProducts,
        [LayerPart.ParallelOutput] = ParallelOutput,
        [LayerPart.MixtureInput] = (scope, layer, x) => new MixtureParts(scope, layer).Route(Normed(scope, layer.Norms.FeedForward, x, "/norm")),
        [LayerPart.MixtureProducts] = (scope, layer, x) => new MixtureParts(scope, layer).Products(x),
        [LayerPart.MixtureOutput] = (scope, layer, x) => AddToStream(scope, BranchBlock.Finish(scope, layer.Norms.FeedForwardOutput, new MixtureParts(scope, layer).Mix(x), "/branch")),
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
            LayerPart.AttentionOutput => OutputWidth(architecture, layer, LayerPart.AttentionHeads),
            LayerPart.FeedForwardOutput => OutputWidth(architecture, layer, LayerPart.FeedForwardProduct),
            LayerPart.ParallelProducts => OutputWidth(architecture, layer, LayerPart.ParallelInput),
            LayerPart.ParallelOutput => OutputWidth(architecture, layer, LayerPart.ParallelProducts),
            LayerPart.MixtureProducts => OutputWidth(architecture, layer, LayerPart.MixtureInput),
            LayerPart.MixtureOutput => OutputWidth(architecture, layer, LayerPart.MixtureProducts),
            _ => architecture.HiddenSize,
        };
    }

    /// <summary>Width of what leaves a part.</summary>
    public static int OutputWidth(DecoderArchitecture architecture, int layer, LayerPart part)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        int heads = architecture.Heads * architecture.HeadSize;
        return part switch
        {
            LayerPart.AttentionHeads => architecture.Convolutions[layer] ? architecture.HiddenSize : heads,
            LayerPart.FeedForwardProduct => architecture.IntermediateSize,
            LayerPart.ParallelInput => HasTwoNorms(architecture) ? 2 * architecture.HiddenSize : architecture.HiddenSize,
            LayerPart.ParallelProducts => heads + architecture.IntermediateSize,
            LayerPart.MixtureInput => Columns(architecture).RoutedWidth,
            LayerPart.MixtureProducts => Columns(architecture).ProductsWidth,
            _ => architecture.HiddenSize,
        };
    }

    /// <summary>True when parallel branches have norms of their own.</summary>
    internal static bool HasTwoNorms(DecoderArchitecture architecture) => architecture.Family.Names.FeedForwardNorm is not null;

    private static MixtureColumns Columns(DecoderArchitecture architecture) => MixtureColumns.Of(architecture, architecture.Blocks.First(layer => layer.Mixture is not null).Mixture!);

    private static bool NormsBehind(GraphScope scope) => scope.Architecture.Family.Order == LayerOrder.NormBehindSum;

    private static string Normed(GraphScope scope, Norm? norm, string x, string output) => norm is null ? x : NormBlock.Add(scope, norm, x, output);

    private static string Renormed(GraphScope scope, Norm? norm, string sum) => NormsBehind(scope) ? NormBlock.Add(scope, norm!, sum, "/sum_normed") : sum;

    private static string Projected(GraphScope scope, Linear linear, Norm? norm, string x, string path) =>
        BranchBlock.Finish(scope, norm, LinearBlock.Add(scope, linear.Module, $"{path}/projection", x, linear), $"{path}/branch");

    private static string AddToStream(GraphScope scope, string branch)
    {
        string stream = scope.Graph.Input(Stream, OnnxElementType.Float32, "batch_size", "sequence_length", scope.Architecture.HiddenSize);
        return scope.Graph.Node("Add", [stream, branch], "/sum");
    }

    private static string ParallelInput(GraphScope scope, DecoderLayer layer, string x)
    {
        string attention = Normed(scope, layer.Norms.Attention, x, "/norm");
        return HasTwoNorms(scope.Architecture)
            ? scope.Graph.Node("Concat", [attention, Normed(scope, layer.Norms.FeedForward, x, "/feed_forward_norm")], "/norms", ("axis", -1))
            : attention;
    }

    private static string ParallelProducts(GraphScope scope, DecoderLayer layer, string x)
    {
        int hidden = scope.Architecture.HiddenSize;
        string[] inputs = HasTwoNorms(scope.Architecture) ? Split(scope, x, hidden, hidden) : [x, x];
        string heads = new AttentionBlock(scope, new SequenceBlock(scope, x)).Heads(layer, "/self_attn", inputs[0]);
        return scope.Graph.Node("Concat", [heads, FeedForwardBlock.Product(scope, layer.FeedForward!, "/mlp", inputs[1])], "/products", ("axis", -1));
    }

    private static string ParallelOutput(GraphScope scope, DecoderLayer layer, string x)
    {
        string[] products = Split(scope, x, layer.Attention!.Output.Weight.Columns, layer.FeedForward!.Down.Weight.Columns);
        string attention = Projected(scope, layer.Attention!.Output, layer.Norms.AttentionOutput, products[0], "/attention");
        string feedForward = Projected(scope, layer.FeedForward.Down, layer.Norms.FeedForwardOutput, products[1], "/mlp");
        return AddToStream(scope, scope.Graph.Node("Add", [attention, feedForward], "/branches"));
    }

    private static string[] Split(GraphScope scope, string value, int first, int second)
    {
        string[] parts = ["/parts.0", "/parts.1"];
        scope.Graph.Node("Split", [value, scope.Vector(first, second)], parts, ("axis", -1));
        return parts;
    }
}
