namespace ModelPack.Quantization.Awq;

/// <summary>
/// The search for bounds that each group's weights are clamped to before they are rounded: a smaller range rounds most weights better and the
/// largest ones worse. Pure, thread-safe; a row's result depends on that row alone. The published search leaves query and key projections alone,
/// whose errors the softmax multiplies.
/// </summary>
public static class AwqClip
{
    private const int Steps = 10;

    // A step takes away this share of the largest magnitude; the last one leaves 55 %.
    private const float Step = 1f / 20;

    // Weights that a thread rounds at a time.
    private const int BlockWeights = 1 << 14;

    /// <summary>Finds the bound of every group with the least squared error of its part of the output.</summary>
    /// <param name="weights">[rows, columns], finite.</param>
    /// <param name="hessian">[columns, columns], X^T X times any factor; only the blocks of a group with itself are read.</param>
    /// <param name="columns">Inputs of a row.</param>
    /// <param name="groupSize">Inputs that share a scale and a bound; the last group of a row may be shorter.</param>
    /// <param name="rounding">How the clamped weights will be rounded.</param>
    /// <param name="bounds">[rows, groups], written; the largest magnitude where nothing smaller is better.</param>
    /// <param name="threads">Cores.</param>
    public static void Search(float[] weights, float[] hessian, int columns, int groupSize, RowRounding rounding, float[] bounds, int threads)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(hessian);
        ArgumentNullException.ThrowIfNull(rounding);
        ArgumentNullException.ThrowIfNull(bounds);
        int rows = weights.Length / columns, groups = (columns + groupSize - 1) / groupSize, blockRows = Math.Max(1, BlockWeights / columns);
        Parallel.For(0, (rows + blockRows - 1) / blockRows, new ParallelOptions { MaxDegreeOfParallelism = threads }, block =>
        {
            int first = block * blockRows, count = Math.Min(blockRows, rows - first);
            SearchRows(weights.AsSpan(first * columns, count * columns), hessian, columns, groupSize, rounding, bounds.AsSpan(first * groups, count * groups));
        });
    }

    /// <summary>Clamps every weight to the bound of its group.</summary>
    /// <param name="weights">[rows, columns], changed.</param>
    /// <param name="columns">Inputs of a row.</param>
    /// <param name="groupSize">Inputs that share a bound.</param>
    /// <param name="bounds">[rows, groups].</param>
    public static void Apply(Span<float> weights, int columns, int groupSize, ReadOnlySpan<float> bounds)
    {
        int groups = (columns + groupSize - 1) / groupSize;
        for (int i = 0; i < weights.Length; i++)
        {
            float bound = bounds[(i / columns * groups) + (i % columns / groupSize)];
            weights[i] = Math.Clamp(weights[i], -bound, bound);
        }
    }

    private static void SearchRows(ReadOnlySpan<float> weights, ReadOnlySpan<float> hessian, int columns, int groupSize, RowRounding rounding, Span<float> bounds)
    {
        float[] largest = LargestMagnitudes(weights, columns, groupSize, bounds.Length), tried = new float[bounds.Length];
        float[] clamped = new float[weights.Length], errors = new float[weights.Length];
        double[] least = [.. Enumerable.Repeat(double.PositiveInfinity, bounds.Length)];
        for (int step = 0; step < Steps; step++)
        {
            for (int index = 0; index < tried.Length; index++)
            {
                tried[index] = (1 - (step * Step)) * largest[index];
            }

            weights.CopyTo(clamped);
            Apply(clamped, columns, groupSize, tried);
            rounding(clamped, columns, errors);
            for (int i = 0; i < errors.Length; i++)
            {
                errors[i] = weights[i] - errors[i];
            }

            for (int index = 0; index < bounds.Length; index++)
            {
                (int first, int column, int count) = Place(index, columns, groupSize);
                double loss = QuadraticForm.Of(errors.AsSpan(first, count), hessian[((column * columns) + column)..], columns);
                if (loss < least[index])
                {
                    (least[index], bounds[index]) = (loss, tried[index]);
                }
            }
        }
    }

    private static float[] LargestMagnitudes(ReadOnlySpan<float> weights, int columns, int groupSize, int groups)
    {
        var largest = new float[groups];
        for (int index = 0; index < groups; index++)
        {
            (int first, _, int count) = Place(index, columns, groupSize);
            foreach (float weight in weights.Slice(first, count))
            {
                largest[index] = Math.Max(largest[index], Math.Abs(weight));
            }
        }

        return largest;
    }

    /// <summary>Where a group begins in the rows, at which column, and how many weights it has.</summary>
    private static (int First, int Column, int Count) Place(int index, int columns, int groupSize)
    {
        int groups = (columns + groupSize - 1) / groupSize, column = index % groups * groupSize;
        return ((index / groups * columns) + column, column, Math.Min(groupSize, columns - column));
    }
}
