using ModelPack.Packing.Architectures;
using ModelPack.Packing.Architectures.Weights;

namespace ModelPack.Packing.Calibration;

/// <summary>
/// What adds to the stream once: an attention, a feed-forward network, a mixture of experts, or attention and network side by side. Norm, widening linear layers,
/// something nonlinear, linear layers whose results are added.
/// </summary>
/// <param name="Layer">Layer from 0.</param>
/// <param name="Norm">Stream to inputs.</param>
/// <param name="Inner">Inputs to inner activations.</param>
/// <param name="Output">Inner activations to stream.</param>
internal sealed record LayerBlock(int Layer, LayerPart Norm, LayerPart Inner, LayerPart Output)
{
    /// <summary>The norm that all widening layers read; null where there is none, or several.</summary>
    public Norm? InputNorm { get; init; }

    /// <summary>Linear layers that read what the norm gives, by what they read.</summary>
    public required IReadOnlyList<LinearInput> Widening { get; init; }

    /// <summary>Linear layers that read the inner activations, by what they read.</summary>
    public required IReadOnlyList<LinearInput> Narrowing { get; init; }

    /// <summary>What else reads the norm's output and is never quantized: routers.</summary>
    public IReadOnlyList<Linear> Routers { get; init; } = [];

    /// <summary>Widening and narrowing layers with nothing but factors between them.</summary>
    public IReadOnlyList<ScaledPair> Pairs { get; init; } = [];

    /// <summary>What the narrowing layers give is added to the stream as it is, without norm, factor or share.</summary>
    public bool AddsPlainly { get; init; }

    /// <summary>All linear layers of the block.</summary>
    public IReadOnlyList<Linear> Linears => [.. LinearsByInput.SelectMany(linears => linears)];

    /// <summary>The linear layers by the input they read.</summary>
    public IReadOnlyList<IReadOnlyList<Linear>> LinearsByInput => [.. Widening.Concat(Narrowing).Select(input => input.Linears)];

    /// <summary>The linear layers that get the same bits: the widening and the narrowing ones of all experts, else those that read one input.</summary>
    public IReadOnlyList<IReadOnlyList<Linear>> LinearsByBudget =>
    [
        .. new[] { Widening, Narrowing }.SelectMany(inputs => inputs.GroupBy(input => input.Rows.Expert is null ? input : null).Select(group => (IReadOnlyList<Linear>)[.. group.SelectMany(input => input.Linears)])),
    ];

    /// <summary>Factors and addend of the norm that a scale of the input can be folded into; empty where there is no such norm.</summary>
    public IReadOnlyList<DecoderWeight> NormWeights => InputNorm is not { Factors.Count: > 0 } norm ? [] : norm.Bias is null ? norm.Factors : [.. norm.Factors, norm.Bias];
}
