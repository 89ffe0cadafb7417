using System.Runtime.InteropServices;
using ModelPack.Packing.Architectures;
using ModelPack.Packing.Store;
using ModelPack.Quantization.Awq;

namespace ModelPack.Packing.Calibration;

/// <summary>
/// AWQ's scales of a block: those between its norm and the layers that read it, and those between the value or up projection
/// and the layer that reads what it gives. Empty arrays: no scaling there. Immutable.
/// </summary>
/// <param name="Input">[input width].</param>
/// <param name="Inner">[inner width]: factors of the narrowing layer's columns.</param>
/// <param name="Producer">[rows of the value or up projection]: their divisors; the inner scales, one for each group of heads.</param>
internal sealed record BlockScales(float[] Input, float[] Inner, float[] Producer)
{
    /// <summary>Nothing is scaled.</summary>
    public static BlockScales None { get; } = new([], [], []);

    /// <summary>Folds the scales into the values of a weight, norm or bias of the block.</summary>
    /// <param name="block">The block.</param>
    /// <param name="weight">One of its weights.</param>
    /// <param name="values">[rows, columns], changed.</param>
    public void Fold(LayerBlock block, DecoderWeight weight, Span<float> values)
    {
        if (Input.Length > 0 && block.NormWeights.Contains(weight))
        {
            AwqFolding.Divide(values, Input);
        }

        if (Input.Length > 0 && block.Widening.Any(linear => linear.Weight == weight))
        {
            AwqFolding.MultiplyColumns(values, Input);
        }

        if (Inner.Length > 0 && weight == block.Producer!.Weight)
        {
            AwqFolding.DivideRows(values, Producer);
        }

        if (Inner.Length > 0 && weight == block.Producer!.Bias)
        {
            AwqFolding.Divide(values, Producer);
        }

        if (Inner.Length > 0 && weight == block.Narrowing.Weight)
        {
            AwqFolding.MultiplyColumns(values, Inner);
        }
    }

    /// <summary>Vectors of the block that the scales change: norm and bias.</summary>
    public IEnumerable<DecoderWeight> Vectors(LayerBlock block)
    {
        if (Input.Length > 0)
        {
            foreach (DecoderWeight weight in block.NormWeights)
            {
                yield return weight;
            }
        }

        if (Inner.Length > 0 && block.Producer!.Bias is { } bias)
        {
            yield return bias;
        }
    }

    /// <summary>Keeps the scales.</summary>
    public void Write(PackStore store, string key) => store.WriteTensor(
        key, MemoryMarshal.AsBytes(Input.AsSpan()), MemoryMarshal.AsBytes(Inner.AsSpan()), MemoryMarshal.AsBytes(Producer.AsSpan()));

    /// <summary>Reads scales of known widths, or null.</summary>
    public static BlockScales? TryRead(PackStore store, string key, int input, int inner, int producer)
    {
        var scales = new BlockScales(new float[input], new float[inner], new float[producer]);
        return store.TryReadTensor(
            key, MemoryMarshal.AsBytes(scales.Input.AsSpan()), MemoryMarshal.AsBytes(scales.Inner.AsSpan()), MemoryMarshal.AsBytes(scales.Producer.AsSpan()))
            ? scales
            : null;
    }
}
