using ModelPack.Packing.Architectures;
using ModelPack.Packing.Architectures.Families;
using ModelPack.Packing.Architectures.Weights;

namespace ModelPack.Packing.Calibration;

/// <summary>Half a layer, attention or feed-forward network: norm, widening linear layers, something nonlinear, a linear layer that adds to the stream.</summary>
/// <param name="Layer">Layer from 0.</param>
/// <param name="Norm">Stream to input.</param>
/// <param name="Inner">Input to inner activations.</param>
/// <param name="Output">Inner activations to stream.</param>
/// <param name="InputNorm">The norm; null in families without one at this place.</param>
/// <param name="Widening">Linear layers that read the norm's output.</param>
/// <param name="Narrowing">The linear layer that reads the inner activations.</param>
/// <param name="Producer">The widening layer whose outputs become the inner activations without passing a curve; null: there is none.</param>
/// <param name="AddsPlainly">What the narrowing layer gives is added to the stream as it is, without norm or factor.</param>
internal sealed record LayerBlock(
    int Layer, LayerPart Norm, LayerPart Inner, LayerPart Output, Norm? InputNorm, IReadOnlyList<Linear> Widening, Linear Narrowing, Linear? Producer, bool AddsPlainly)
{
    /// <summary>All linear layers of the block.</summary>
    public IReadOnlyList<Linear> Linears => [.. Widening, Narrowing];

    /// <summary>The linear layers by the input they read: the widening ones share one.</summary>
    public IReadOnlyList<IReadOnlyList<Linear>> LinearsByInput => [Widening, [Narrowing]];

    /// <summary>Factors and addend of the norm that a scale of the input can be folded into; empty where there is no such norm.</summary>
    public IReadOnlyList<DecoderWeight> NormWeights => InputNorm is not { Factors.Count: > 0 } norm ? [] : norm.Bias is null ? norm.Factors : [.. norm.Factors, norm.Bias];

    /// <summary>The blocks of a decoder in order: two a layer.</summary>
    /// <exception cref="ModelPackException">MPK1610: the decoder's layers cannot be cut in two.</exception>
    public static IReadOnlyList<LayerBlock> Of(DecoderArchitecture architecture)
    {
        RequireHalves(architecture);
        return [.. architecture.Blocks.SelectMany(layer => new[] { AttentionOf(architecture, layer), FeedForwardOf(architecture, layer) })];
    }

    /// <summary>True when all layers of a decoder are two halves, one after the other.</summary>
    public static bool HasHalves(DecoderArchitecture architecture) =>
        architecture.Family.Order == LayerOrder.Sequential && architecture.Blocks.All(layer => layer.FeedForward is not null);

    /// <summary>Refuses a decoder whose layers cannot be cut in two.</summary>
    /// <exception cref="ModelPackException">MPK1610.</exception>
    public static void RequireHalves(DecoderArchitecture architecture)
    {
        if (!HasHalves(architecture))
        {
            throw new ModelPackException(
                CalibrationErrors.Layers,
                $"{architecture.ConfigFile}: layers of model_type {architecture.ModelType} are not an attention followed by a feed-forward network, each behind its own norm, and are not calibrated; leave Calibration and the targets out and take Method 'rtn' or 'hqq'.");
        }
    }

    private static LayerBlock AttentionOf(DecoderArchitecture architecture, DecoderLayer layer)
    {
        bool addsPlainly = layer.Norms.AttentionOutput is null && architecture.Family.BranchScale == 1;
        if (layer.Convolution is { } convolution)
        {
            return new LayerBlock(
                layer.Index, LayerPart.AttentionInput, LayerPart.AttentionHeads, LayerPart.AttentionOutput, layer.Norms.Attention,
                [convolution.Input], convolution.Output, Producer: null, addsPlainly);
        }

        AttentionWeights weights = layer.Attention!;

        // A clamp is a curve.
        Linear? producer = architecture.Family.Attention.Clip is null ? weights.Value : null;
        return new LayerBlock(
            layer.Index, LayerPart.AttentionInput, LayerPart.AttentionHeads, LayerPart.AttentionOutput, layer.Norms.Attention,
            [weights.Query, weights.Key, weights.Value], weights.Output, producer, addsPlainly);
    }

    private static LayerBlock FeedForwardOf(DecoderArchitecture architecture, DecoderLayer layer)
    {
        FeedForwardWeights weights = layer.FeedForward!;

        // max(s x, 0) is s max(x, 0) for s above 0; the other activations bend what they are given.
        Linear? producer = weights.Gate is not null || architecture.Activation == Activation.Relu ? weights.Up : null;
        return new LayerBlock(
            layer.Index, LayerPart.FeedForwardInput, LayerPart.FeedForwardProduct, LayerPart.FeedForwardOutput, layer.Norms.FeedForward,
            weights.Gate is null ? [weights.Up] : [weights.Gate, weights.Up], weights.Down, producer, layer.Norms.FeedForwardOutput is null && architecture.Family.BranchScale == 1);
    }
}
