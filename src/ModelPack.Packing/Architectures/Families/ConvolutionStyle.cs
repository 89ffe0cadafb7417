using ModelPack.Packing.Architectures.Configuration;

namespace ModelPack.Packing.Architectures.Families;

/// <summary>Gated short convolutions in place of the attention of some layers.</summary>
internal sealed record ConvolutionStyle
{
    /// <summary>Field of config.json with the number of taps.</summary>
    public required string TapsField { get; init; }

    /// <summary>Taps when the field is absent.</summary>
    public required int Taps { get; init; }

    /// <summary>Biases of the projections and of the convolution.</summary>
    public BiasRule Bias { get; init; } = BiasRule.Never;

    /// <summary>Field that lists the layers with an attention where layer_types is absent; without it all have one.</summary>
    public required string AttentionField { get; init; }

    /// <summary>For each layer whether it has a convolution.</summary>
    /// <exception cref="ModelPackException">MPK1204, MPK1211: a layer that there is not, or layer_types that make no sense.</exception>
    public IReadOnlyList<bool> Layers(ModelConfig config, int layers)
    {
        if (LayerTypeNames.Read(config, layers, LayerTypeNames.Convolutional) is { } types)
        {
            return [.. types.Select(type => type == LayerTypeNames.Convolution)];
        }

        IReadOnlyList<double>? attention = config.Numbers(AttentionField);
        if (attention?.Any(layer => layer != Math.Floor(layer) || layer < 0 || layer >= layers) == true)
        {
            throw config.Invalid(AttentionField, $"names a layer that is none of 0 to {layers - 1}");
        }

        return [.. Enumerable.Range(0, layers).Select(layer => attention is not null && !attention.Contains(layer))];
    }
}
