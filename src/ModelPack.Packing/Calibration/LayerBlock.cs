using ModelPack.Packing.Architectures;
using ModelPack.Packing.Architectures.Weights;

namespace ModelPack.Packing.Calibration;

/// <summary>Half a layer, attention or feed-forward network: norm, widening linear layers, something nonlinear, a linear layer that adds to the stream.</summary>
/// <param name="Layer">Layer from 0.</param>
/// <param name="Norm">Stream to input.</param>
/// <param name="Inner">Input to inner activations.</param>
/// <param name="Output">Inner activations to stream.</param>
/// <param name="NormWeight">Factors of the norm.</param>
/// <param name="Widening">Linear layers that read the norm's output.</param>
/// <param name="Narrowing">The linear layer that reads the inner activations.</param>
internal sealed record LayerBlock(
    int Layer, LayerPart Norm, LayerPart Inner, LayerPart Output, DecoderWeight NormWeight, IReadOnlyList<Linear> Widening, Linear Narrowing)
{
    /// <summary>All linear layers of the block.</summary>
    public IReadOnlyList<Linear> Linears => [.. Widening, Narrowing];

    /// <summary>The linear layers by the input they read: the widening ones share one.</summary>
    public IReadOnlyList<IReadOnlyList<Linear>> LinearsByInput => [Widening, [Narrowing]];

    /// <summary>The blocks of a decoder in order: two a layer.</summary>
    public static IReadOnlyList<LayerBlock> Of(DecoderArchitecture architecture) =>
    [
        .. architecture.Blocks.SelectMany(layer => new LayerBlock[]
        {
            new(layer.Index, LayerPart.AttentionInput, LayerPart.AttentionHeads, LayerPart.AttentionOutput, layer.InputNorm,
                [layer.Attention.Query, layer.Attention.Key, layer.Attention.Value], layer.Attention.Output),
            new(layer.Index, LayerPart.FeedForwardInput, LayerPart.FeedForwardProduct, LayerPart.FeedForwardOutput, layer.FeedForwardNorm,
                [layer.FeedForward.Gate, layer.FeedForward.Up], layer.FeedForward.Down),
        }),
    ];
}
