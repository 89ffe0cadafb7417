using System.Numerics;

namespace ModelPack.Packing.Calibration;

/// <summary>Differences of activations.</summary>
internal static class RowDifference
{
    /// <summary>Writes wanted - actual.</summary>
    public static void Of(ReadOnlySpan<float> wanted, ReadOnlySpan<float> actual, Span<float> difference)
    {
        int i = 0;
        for (; i <= difference.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            (new Vector<float>(wanted[i..]) - new Vector<float>(actual[i..])).CopyTo(difference[i..]);
        }

        for (; i < difference.Length; i++)
        {
            difference[i] = wanted[i] - actual[i];
        }
    }
}
