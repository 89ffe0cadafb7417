namespace ModelPack.Quantization.Awq;

/// <summary>The roundings that a search for scales can look at.</summary>
public static class RowRoundings
{
    /// <summary>Round-to-nearest as it is stored: searched scales and zero points.</summary>
    public static RowRounding Searched(QuantizationScheme scheme)
    {
        ArgumentNullException.ThrowIfNull(scheme);
        return (weights, columns, rounded) =>
        {
            int rows = weights.Length / columns;
            var codes = new byte[rows * scheme.CodeBytesPerRow(columns)];
            var scales = new Half[rows * scheme.GroupsPerRow(columns)];
            var zeroPoints = new byte[rows * scheme.ZeroPointBytesPerRow(columns)];
            RoundToNearest.QuantizeRows(weights, columns, scheme, [], codes, scales, zeroPoints);
            Dequantization.DequantizeRows(scheme, columns, codes, scales, zeroPoints, rounded);
        };
    }

    /// <summary>Plain ranges with an integer zero point, scales in float32: what the published searches round with.</summary>
    /// <param name="bits">2 to 8.</param>
    /// <param name="groupSize">Inputs that share a scale.</param>
    public static RowRounding MinMax(int bits, int groupSize)
    {
        int maxCode = (1 << bits) - 1;
        return (weights, columns, rounded) =>
        {
            for (int row = 0; row < weights.Length / columns; row++)
            {
                for (int start = 0; start < columns; start += groupSize)
                {
                    int first = (row * columns) + start, count = Math.Min(groupSize, columns - start);
                    RoundGroup(weights.Slice(first, count), maxCode, rounded.Slice(first, count));
                }
            }
        };
    }

    private static void RoundGroup(ReadOnlySpan<float> group, int maxCode, Span<float> rounded)
    {
        float low = 0, high = 0;
        foreach (float weight in group)
        {
            low = Math.Min(low, weight);
            high = Math.Max(high, weight);
        }

        float scale = high > low ? (high - low) / maxCode : 1;
        float zero = Math.Clamp(MathF.Round(-low / scale), 0, maxCode);
        for (int i = 0; i < group.Length; i++)
        {
            rounded[i] = scale * (Math.Clamp(MathF.Round((group[i] / scale) + zero), 0, maxCode) - zero);
        }
    }
}
