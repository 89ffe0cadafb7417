using System.Buffers;
using ModelPack.Formats.Gguf;
using ModelPack.Quantization.GgmlBlocks;

namespace ModelPack.Packing.Writing.Gguf;

/// <summary>Floats to the blocks of a GGUF type: scales and codes are searched, then put together as a file stores them. Pure and thread-safe.</summary>
internal static class BlockEncoding
{
    /// <summary>Types that have an encoder.</summary>
    public static IReadOnlyCollection<GgufTensorType> Types => Formats.Keys;

    private static readonly Dictionary<GgufTensorType, BlockFormat> Formats = new()
    {
        [GgufTensorType.Q4_0] = BlockFormat.Q4_0,
        [GgufTensorType.Q4_1] = BlockFormat.Q4_1,
        [GgufTensorType.Q5_0] = BlockFormat.Q5_0,
        [GgufTensorType.Q5_1] = BlockFormat.Q5_1,
        [GgufTensorType.Q8_0] = BlockFormat.Q8_0,
        [GgufTensorType.Q2_K] = BlockFormat.Q2_K,
        [GgufTensorType.Q3_K] = BlockFormat.Q3_K,
        [GgufTensorType.Q4_K] = BlockFormat.Q4_K,
        [GgufTensorType.Q5_K] = BlockFormat.Q5_K,
        [GgufTensorType.Q6_K] = BlockFormat.Q6_K,
        [GgufTensorType.IQ4_NL] = BlockFormat.IQ4_NL,
        [GgufTensorType.IQ4_XS] = BlockFormat.IQ4_XS,
    };

    /// <summary>Encodes whole rows; a row's bytes depend on that row and the importances alone.</summary>
    /// <param name="type">One of <see cref="Types"/>.</param>
    /// <param name="values">[rows, columns], finite.</param>
    /// <param name="columns">Elements of a row, a multiple of the type's block.</param>
    /// <param name="importance">[columns], finite and not negative: the weight of each column's squared error; empty when all count the same.</param>
    /// <param name="destination">Exactly the bytes of the rows.</param>
    /// <exception cref="Quantization.NonFiniteWeightException">A value is NaN or infinite.</exception>
    /// <exception cref="ArgumentException">Another type, or lengths that do not belong together.</exception>
    public static void Encode(GgufTensorType type, ReadOnlySpan<float> values, int columns, ReadOnlySpan<float> importance, Span<byte> destination)
    {
        if (!Formats.TryGetValue(type, out BlockFormat format))
        {
            throw new ArgumentException($"{type} has no encoder.", nameof(type));
        }

        BlockShape shape = BlockShape.Of(format);
        int blocks = values.Length / shape.Elements, subScales = shape.SubScaleBits > 0 ? blocks * shape.SubBlocks : 0, subMinimums = shape.SubMinimumBits > 0 ? subScales : 0;
        byte[] bytes = ArrayPool<byte>.Shared.Rent(values.Length + subMinimums);
        sbyte[] signed = ArrayPool<sbyte>.Shared.Rent(subScales);
        Half[] halves = ArrayPool<Half>.Shared.Rent(2 * blocks);
        try
        {
            var fields = new BlockFields
            {
                Codes = bytes.AsSpan(0, values.Length),
                SubMinimums = bytes.AsSpan(values.Length, subMinimums),
                SubScales = signed.AsSpan(0, subScales),
                Scales = halves.AsSpan(0, blocks),
                Minimums = halves.AsSpan(blocks, shape.HasMinimums ? blocks : 0),
            };
            BlockEncoder.Encode(format, values, columns, importance, fields);
            GgufBlocks.Pack(type, fields.Codes, fields.SubScales, fields.SubMinimums, fields.Scales, fields.Minimums, destination);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
            ArrayPool<sbyte>.Shared.Return(signed);
            ArrayPool<Half>.Shared.Return(halves);
        }
    }
}
