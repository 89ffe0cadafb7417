using System.Runtime.Intrinsics;
using ModelPack.Quantization.Lanes;

namespace ModelPack.Quantization.GgmlBlocks;

/// <summary>
/// Chooses scales and codes of ggml's block formats. Pure, single-threaded and thread-safe: a block's result depends on its values and
/// importances alone, and is the same on every machine.
/// </summary>
public static class BlockEncoder
{
    /// <summary>Quantizes whole rows.</summary>
    /// <param name="format">The block format.</param>
    /// <param name="values">[rows, columns], finite.</param>
    /// <param name="columns">Elements of a row, a multiple of the format's block.</param>
    /// <param name="importance">[columns], finite and not negative: the weight of each column's squared error; empty when all count the same.</param>
    /// <param name="output">Written; scales are finite.</param>
    /// <exception cref="NonFiniteWeightException">A value is NaN or infinite.</exception>
    /// <exception cref="ArgumentException">A length that does not fit, or an importance that is negative or not finite.</exception>
    public static void Encode(BlockFormat format, ReadOnlySpan<float> values, int columns, ReadOnlySpan<float> importance, BlockFields output)
    {
        BlockShape shape = BlockShape.Of(format);
        RequireLengths(shape, values.Length, columns, output);
        FiniteCheck.RequireFinite(values, columns);
        ReadOnlySpan<float> counts = ImportanceScaling.Normalize(importance, columns);
        if (Vector512.IsHardwareAccelerated)
        {
            BlockDispatch<Lanes16, Vector512<float>>.Run(shape, values, counts, output);
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            BlockDispatch<Lanes8, Vector256<float>>.Run(shape, values, counts, output);
        }
        else if (Vector128.IsHardwareAccelerated)
        {
            BlockDispatch<Lanes4, Vector128<float>>.Run(shape, values, counts, output);
        }
        else
        {
            BlockDispatch<Lanes1, float>.Run(shape, values, counts, output);
        }
    }

    private static void RequireLengths(BlockShape shape, int values, int columns, BlockFields output)
    {
        if (columns <= 0 || columns % shape.Elements != 0 || values % columns != 0)
        {
            throw new ArgumentException($"{values} values in rows of {columns} are no whole blocks of {shape.Elements}.", nameof(columns));
        }

        int blocks = values / shape.Elements, subScales = shape.SubScaleBits > 0 ? blocks * shape.SubBlocks : 0, subMinimums = shape.SubMinimumBits > 0 ? subScales : 0;
        if (output.Codes.Length != values || output.Scales.Length != blocks || output.Minimums.Length != (shape.HasMinimums ? blocks : 0)
            || output.SubScales.Length != subScales || output.SubMinimums.Length != subMinimums)
        {
            throw new ArgumentException($"The fields have other lengths than {blocks} blocks of {shape.Format}.", nameof(output));
        }
    }
}
