using System.Globalization;
using ModelPack.Packing.Quantizing;

namespace ModelPack.Packing.Verification;

/// <summary>Compares a weight whose codes were kept with its source, value by value: nothing may have changed.</summary>
internal static class StoredValueCheck
{
    // Values compared at a time.
    private const int ChunkFloats = 1 << 18;

    /// <summary>Compares all values; zeros of either sign are equal.</summary>
    /// <param name="source">The weight as the source decodes it.</param>
    /// <param name="written">The weight as it was written.</param>
    /// <exception cref="ModelPackException">MPK2005: a value differs.</exception>
    public static void Require(IWeightRows source, IWeightRows written)
    {
        int step = Math.Max(1, ChunkFloats / source.Columns);
        var expected = new float[step * source.Columns];
        var actual = new float[expected.Length];
        for (int first = 0; first < source.Rows; first += step)
        {
            int rows = Math.Min(step, source.Rows - first), count = rows * source.Columns;
            source.Read(first, rows, expected.AsSpan(0, count));
            written.Read(first, rows, actual.AsSpan(0, count));
            for (int i = 0; i < count; i++)
            {
                if (expected[i] != actual[i])
                {
                    throw new ModelPackException(
                        VerificationErrors.ValuesDiffer,
                        string.Create(CultureInfo.InvariantCulture, $"{source.File}: {source.Name} at [{first + (i / source.Columns)}, {i % source.Columns}] is {expected[i]:R} in the source and {actual[i]:R} in {written.File}; nothing was published. Set Bits to quantize anew, and report it."));
                }
            }
        }

        source.Release();
    }
}
