using ModelPack.Packing.Architectures;
using ModelPack.Packing.Architectures.Families;
using ModelPack.Packing.Architectures.Graphs;
using ModelPack.Packing.Architectures.Weights;

namespace ModelPack.Packing.Calibration;

/// <summary>The blocks of a decoder.</summary>
internal static class DecoderBlockList
{
    /// <summary>The blocks in order: two a layer, one where its branches are parallel.</summary>
    public static IReadOnlyList<LayerBlock> Of(DecoderArchitecture architecture) =>
    [
        .. architecture.Blocks.SelectMany(layer => architecture.Family.Order == LayerOrder.Parallel
            ? new[] { Parallel(architecture, layer) }
            : [Attention(architecture, layer), layer.Mixture is null ? FeedForward(architecture, layer) : Mixture(architecture, layer)]),
    ];

    private static LayerBlock Attention(DecoderArchitecture architecture, DecoderLayer layer)
    {
        if (layer.Convolution is { } convolution)
        {
            return new LayerBlock(layer.Index, LayerPart.AttentionInput, LayerPart.AttentionHeads, LayerPart.AttentionOutput)
            {
                InputNorm = layer.Norms.Attention,
                Widening = [new LinearInput(Stream(architecture), [convolution.Input])],
                Narrowing = [new LinearInput(new RowSelection(0, convolution.Output.Weight.Columns), [convolution.Output])],
                AddsPlainly = AddsPlainly(architecture, layer.Norms.AttentionOutput),
            };
        }

        AttentionWeights weights = layer.Attention!;
        var heads = new RowSelection(0, weights.Output.Weight.Columns);
        return new LayerBlock(layer.Index, LayerPart.AttentionInput, LayerPart.AttentionHeads, LayerPart.AttentionOutput)
        {
            InputNorm = NormsBehind(architecture) ? null : layer.Norms.Attention,
            Widening = [new LinearInput(Stream(architecture), [weights.Query, weights.Key, weights.Value])],
            Narrowing = [new LinearInput(heads, [weights.Output])],
            Pairs = Values(architecture, weights, heads),
            AddsPlainly = AddsPlainly(architecture, layer.Norms.AttentionOutput),
        };
    }

    private static LayerBlock FeedForward(DecoderArchitecture architecture, DecoderLayer layer)
    {
        FeedForwardWeights weights = layer.FeedForward!;
        var products = new RowSelection(0, weights.Down.Weight.Columns);
        return new LayerBlock(layer.Index, LayerPart.FeedForwardInput, LayerPart.FeedForwardProduct, LayerPart.FeedForwardOutput)
        {
            InputNorm = NormsBehind(architecture) ? null : layer.Norms.FeedForward,
            Widening = [new LinearInput(Stream(architecture), Wide(weights))],
            Narrowing = [new LinearInput(products, [weights.Down])],
            Pairs = Ups(architecture, weights, products),
            AddsPlainly = AddsPlainly(architecture, layer.Norms.FeedForwardOutput),
        };
    }

    private static LayerBlock Parallel(DecoderArchitecture architecture, DecoderLayer layer)
    {
        AttentionWeights attention = layer.Attention!;
        FeedForwardWeights feedForward = layer.FeedForward!;
        bool twoNorms = LayerPartGraph.HasTwoNorms(architecture);
        var heads = new RowSelection(0, attention.Output.Weight.Columns);
        var products = new RowSelection(heads.Width, feedForward.Down.Weight.Columns);
        Linear[] projections = [attention.Query, attention.Key, attention.Value];
        return new LayerBlock(layer.Index, LayerPart.ParallelInput, LayerPart.ParallelProducts, LayerPart.ParallelOutput)
        {
            InputNorm = twoNorms ? null : layer.Norms.Attention,
            Widening = twoNorms
                ? [new LinearInput(Stream(architecture), projections), new LinearInput(Stream(architecture) with { Offset = architecture.HiddenSize }, Wide(feedForward))]
                : [new LinearInput(Stream(architecture), [.. projections, .. Wide(feedForward)])],
            Narrowing = [new LinearInput(heads, [attention.Output]), new LinearInput(products, [feedForward.Down])],
            Pairs = [.. Values(architecture, attention, heads), .. Ups(architecture, feedForward, products)],
            AddsPlainly = AddsPlainly(architecture, layer.Norms.AttentionOutput) && layer.Norms.FeedForwardOutput is null,
        };
    }

    private static LayerBlock Mixture(DecoderArchitecture architecture, DecoderLayer layer)
    {
        MixtureWeights weights = layer.Mixture!;
        MixtureColumns columns = MixtureColumns.Of(architecture, weights);
        RowSelection input = Stream(architecture) with { Numbers = columns.RoutedNumbers, Chosen = columns.Chosen };
        var product = new RowSelection(0, columns.Inner) { Numbers = columns.ProductsNumbers, Chosen = columns.Chosen, Stride = columns.Inner };
        var shared = new RowSelection(columns.SharedStart, columns.Shared);
        FeedForwardWeights[] sharedExperts = weights.Shared is { } one ? [one] : [];
        (FeedForwardWeights Weights, int Expert)[] experts = [.. weights.Experts.Select((expert, index) => (expert, index))];
        return new LayerBlock(layer.Index, LayerPart.MixtureInput, LayerPart.MixtureProducts, LayerPart.MixtureOutput)
        {
            InputNorm = NormsBehind(architecture) ? null : layer.Norms.FeedForward,
            Widening = [.. experts.Select(expert => new LinearInput(input with { Expert = expert.Expert }, Wide(expert.Weights))), .. sharedExperts.Select(expert => new LinearInput(Stream(architecture), Wide(expert)))],
            Narrowing = [.. experts.Select(expert => new LinearInput(product with { Expert = expert.Expert }, [expert.Weights.Down])), .. sharedExperts.Select(expert => new LinearInput(shared, [expert.Down]))],
            Routers = weights.SharedGate is { } gate ? [weights.Router, gate] : [weights.Router],
            Pairs = [.. experts.SelectMany(expert => Ups(architecture, expert.Weights, product with { Expert = expert.Expert })), .. sharedExperts.SelectMany(expert => Ups(architecture, expert, shared))],
        };
    }

    private static RowSelection Stream(DecoderArchitecture architecture) => new(0, architecture.HiddenSize);

    private static Linear[] Wide(FeedForwardWeights weights) => weights.Gate is { } gate ? [gate, weights.Up] : [weights.Up];

    // A clamp is a curve.
    private static ScaledPair[] Values(DecoderArchitecture architecture, AttentionWeights weights, RowSelection heads) =>
        architecture.Family.Attention.Clip is null ? [new ScaledPair(weights.Value, weights.Output, heads)] : [];

    // max(s x, 0) is s max(x, 0) for s above 0; the other activations bend what they are given, and so does a clamp.
    private static ScaledPair[] Ups(DecoderArchitecture architecture, FeedForwardWeights weights, RowSelection products) =>
        (weights.Gate is not null && architecture.Family.FeedForward.ClampLimit is null) || (weights.Gate is null && architecture.Activation == Activation.Relu)
            ? [new ScaledPair(weights.Up, weights.Down, products)]
            : [];

    private static bool NormsBehind(DecoderArchitecture architecture) => architecture.Family.Order == LayerOrder.NormBehindSum;

    private static bool AddsPlainly(DecoderArchitecture architecture, Norm? behind) => behind is null && architecture.Family.BranchScale == 1 && !NormsBehind(architecture);
}
