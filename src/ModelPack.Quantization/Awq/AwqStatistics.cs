namespace ModelPack.Quantization.Awq;

/// <summary>What scales are made of. Pure, thread-safe.</summary>
public static class AwqStatistics
{
    private const float Epsilon = 1e-6f;

    /// <summary>Mean magnitude of every input.</summary>
    /// <param name="inputs">[rows, columns].</param>
    /// <param name="means">[columns], written.</param>
    public static void InputMeans(ReadOnlySpan<float> inputs, Span<float> means)
    {
        int columns = means.Length, rows = inputs.Length / columns;
        var sums = new double[columns];
        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<float> input = inputs.Slice(row * columns, columns);
            for (int k = 0; k < columns; k++)
            {
                sums[k] += Math.Abs(input[k]);
            }
        }

        for (int k = 0; k < columns; k++)
        {
            means[k] = (float)(sums[k] / rows);
        }
    }

    /// <summary>Mean over the rows of all consumers of each weight's magnitude relative to the largest of its group.</summary>
    /// <param name="consumers">Matrices [rows, columns] that read the same input.</param>
    /// <param name="groupSize">Inputs that share a scale; the last group of a row may be shorter.</param>
    /// <param name="means">[columns], written; 0 to 1.</param>
    public static void WeightMeans(IReadOnlyList<float[]> consumers, int groupSize, Span<float> means)
    {
        ArgumentNullException.ThrowIfNull(consumers);
        int columns = means.Length;
        long rows = 0;
        var sums = new double[columns];
        foreach (float[] weights in consumers)
        {
            rows += weights.Length / columns;
            for (int start = 0; start + columns <= weights.Length; start += columns)
            {
                AddRow(weights.AsSpan(start, columns), groupSize, sums);
            }
        }

        for (int k = 0; k < columns; k++)
        {
            means[k] = (float)(sums[k] / rows);
        }
    }

    private static void AddRow(ReadOnlySpan<float> row, int groupSize, Span<double> sums)
    {
        for (int start = 0; start < row.Length; start += groupSize)
        {
            ReadOnlySpan<float> group = row.Slice(start, Math.Min(groupSize, row.Length - start));
            float largest = 0;
            foreach (float weight in group)
            {
                largest = Math.Max(largest, Math.Abs(weight));
            }

            for (int i = 0; i < group.Length; i++)
            {
                sums[start + i] += Math.Abs(group[i]) / (largest + Epsilon);
            }
        }
    }
}
