namespace ModelPack.Quantization;

/// <summary>Round-to-nearest with searched scales and zero points. Pure, single-threaded and thread-safe: a row's result depends on that row alone.</summary>
public static class RoundToNearest
{
    /// <summary>Quantizes whole rows.</summary>
    /// <param name="weights">[rows, columns], finite.</param>
    /// <param name="columns">Inputs of a row.</param>
    /// <param name="scheme">Bits, group size, symmetry.</param>
    /// <param name="importance">[columns], finite and not negative: the weight of each input's squared error; empty when all count the same.</param>
    /// <param name="codes">[rows, CodeBytesPerRow], written.</param>
    /// <param name="scales">[rows, GroupsPerRow], written; finite, never zero, negative ones are legal.</param>
    /// <param name="zeroPoints">[rows, ZeroPointBytesPerRow], written; empty when symmetric.</param>
    /// <exception cref="NonFiniteWeightException">A weight is NaN or infinite.</exception>
    /// <exception cref="ArgumentException">A length that does not fit the number of rows.</exception>
    public static void QuantizeRows(
        ReadOnlySpan<float> weights,
        int columns,
        QuantizationScheme scheme,
        ReadOnlySpan<float> importance,
        Span<byte> codes,
        Span<Half> scales,
        Span<byte> zeroPoints)
    {
        int rows = RowLayout.CountRows(scheme, columns, weights.Length, codes.Length, scales.Length, zeroPoints.Length);
        if (importance.Length != 0 && importance.Length != columns)
        {
            throw new ArgumentException($"{importance.Length} importances were given for {columns} columns.", nameof(importance));
        }

        RequireFinite(weights, columns);
        int groups = scheme.GroupsPerRow(columns);
        int codeBytes = scheme.CodeBytesPerRow(columns);
        int zeroPointBytes = scheme.ZeroPointBytesPerRow(columns);
        int groupBytes = scheme.GroupSize * scheme.Bits / 8;
        Span<byte> groupCodes = stackalloc byte[scheme.GroupSize];
        byte[] rowZeroPoints = new byte[groups];
        for (int row = 0; row < rows; row++)
        {
            for (int group = 0; group < groups; group++)
            {
                int start = group * scheme.GroupSize;
                int length = Math.Min(scheme.GroupSize, columns - start);
                ReadOnlySpan<float> values = weights.Slice((row * columns) + start, length);
                ReadOnlySpan<float> counts = importance.IsEmpty ? default : importance.Slice(start, length);
                GroupCode choice = GroupSearch.Choose(values, counts, scheme);
                GroupSearch.Encode(values, choice, scheme, groupCodes);
                scales[(row * groups) + group] = choice.Scale;
                rowZeroPoints[group] = (byte)choice.ZeroPoint;
                CodePacking.Pack(groupCodes, scheme.Bits, codes.Slice((row * codeBytes) + (group * groupBytes), groupBytes));
            }

            CodePacking.Pack(rowZeroPoints, scheme.Bits, zeroPoints.Slice(row * zeroPointBytes, zeroPointBytes));
        }
    }

    private static void RequireFinite(ReadOnlySpan<float> weights, int columns)
    {
        for (int i = 0; i < weights.Length; i++)
        {
            if (!float.IsFinite(weights[i]))
            {
                throw new NonFiniteWeightException(i / columns, i % columns, weights[i]);
            }
        }
    }
}
