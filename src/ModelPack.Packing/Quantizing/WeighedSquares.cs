namespace ModelPack.Packing.Quantizing;

/// <summary>Squares of a difference, each weighed by its column. Pure.</summary>
internal static class WeighedSquares
{
    /// <summary>The sum, column by column within a row, row by row.</summary>
    /// <param name="expected">[rows, columns].</param>
    /// <param name="actual">[rows, columns].</param>
    /// <param name="columnWeights">[columns].</param>
    public static double Of(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, ReadOnlySpan<float> columnWeights)
    {
        double sum = 0;
        for (int start = 0; start < expected.Length; start += columnWeights.Length)
        {
            float row = 0;
            for (int i = 0; i < columnWeights.Length; i++)
            {
                float difference = expected[start + i] - actual[start + i];
                row += columnWeights[i] * difference * difference;
            }

            sum += row;
        }

        return sum;
    }
}
