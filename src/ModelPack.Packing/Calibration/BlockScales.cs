using System.Runtime.InteropServices;
using ModelPack.Packing.Architectures;
using ModelPack.Packing.Store;
using ModelPack.Quantization.Awq;

namespace ModelPack.Packing.Calibration;

/// <summary>
/// AWQ's scales of a block: those between its norm and the layers that read it, and those between the value or up projections
/// and the layers that read what they give. Empty arrays: no scaling there. Immutable.
/// </summary>
/// <param name="Input">[input width].</param>
/// <param name="Pairs">For each of the block's pairs.</param>
internal sealed record BlockScales(float[] Input, IReadOnlyList<PairScales> Pairs)
{
    /// <summary>Nothing is scaled.</summary>
    public static BlockScales None { get; } = new([], []);

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

        if (Input.Length > 0 && block.Widening.SelectMany(input => input.Linears).Concat(block.Routers).Any(linear => linear.Weight == weight))
        {
            AwqFolding.MultiplyColumns(values, Input);
        }

        for (int i = 0; i < Pairs.Count; i++)
        {
            if (Pairs[i].Inner.Length > 0)
            {
                Fold(block.Pairs[i], Pairs[i], weight, values);
            }
        }
    }

    /// <summary>Weights of the block that stay floats and that the scales change: norm, biases, routers.</summary>
    public IEnumerable<DecoderWeight> Floats(LayerBlock block)
    {
        IEnumerable<DecoderWeight> inputs = Input.Length > 0 ? block.NormWeights.Concat(block.Routers.Select(router => router.Weight)) : [];
        return inputs.Concat(block.Pairs.Where((_, i) => i < Pairs.Count && Pairs[i].Inner.Length > 0).Select(pair => pair.Producer.Bias).OfType<DecoderWeight>());
    }

    /// <summary>Keeps the scales.</summary>
    public void Write(PackStore store, string key) => store.WriteTensor(
        key,
        MemoryMarshal.AsBytes(Input.AsSpan()),
        MemoryMarshal.AsBytes(Pairs.SelectMany(pair => pair.Inner).ToArray().AsSpan()),
        MemoryMarshal.AsBytes(Pairs.SelectMany(pair => pair.Producer).ToArray().AsSpan()));

    /// <summary>Reads scales of known widths, or null.</summary>
    /// <param name="store">The store.</param>
    /// <param name="key">Their key.</param>
    /// <param name="input">Length of the input's scales.</param>
    /// <param name="pairs">Lengths of the scales of each pair.</param>
    public static BlockScales? TryRead(PackStore store, string key, int input, IReadOnlyList<(int Inner, int Producer)> pairs)
    {
        float[] inputs = new float[input], inner = new float[pairs.Sum(pair => pair.Inner)], producer = new float[pairs.Sum(pair => pair.Producer)];
        if (!store.TryReadTensor(key, MemoryMarshal.AsBytes(inputs.AsSpan()), MemoryMarshal.AsBytes(inner.AsSpan()), MemoryMarshal.AsBytes(producer.AsSpan())))
        {
            return null;
        }

        var scales = new List<PairScales>();
        int innerStart = 0, producerStart = 0;
        foreach ((int ofInner, int ofProducer) in pairs)
        {
            scales.Add(new PairScales(inner[innerStart..(innerStart + ofInner)], producer[producerStart..(producerStart + ofProducer)]));
            innerStart += ofInner;
            producerStart += ofProducer;
        }

        return new BlockScales(inputs, scales);
    }

    private static void Fold(ScaledPair pair, PairScales scales, DecoderWeight weight, Span<float> values)
    {
        if (weight == pair.Producer.Weight)
        {
            AwqFolding.DivideRows(values, scales.Producer);
        }
        else if (weight == pair.Producer.Bias)
        {
            AwqFolding.Divide(values, scales.Producer);
        }
        else if (weight == pair.Consumer.Weight)
        {
            AwqFolding.MultiplyColumns(values, scales.Inner);
        }
    }
}
