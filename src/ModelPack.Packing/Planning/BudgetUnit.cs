using ModelPack.Packing.Architectures;
using ModelPack.Quantization;

namespace ModelPack.Packing.Planning;

/// <summary>Weights that read one input and are stored alike, and the ways they may be stored.</summary>
/// <param name="Weights">The weights.</param>
/// <param name="Schemes">The ways.</param>
internal sealed record BudgetUnit(IReadOnlyList<DecoderWeight> Weights, IReadOnlyList<QuantizationScheme> Schemes)
{
    /// <summary>Name of the first weight.</summary>
    public string Name => Weights[0].Name;

    /// <summary>Number of weights in all.</summary>
    public long Elements => Weights.Sum(weight => weight.ElementCount);

    /// <summary>Bits that a scheme stores.</summary>
    public long Bits(QuantizationScheme scheme) => 8 * Weights.Sum(weight => StoragePlanner.Bytes(weight, new WeightStorage.Quantized(scheme)));
}
