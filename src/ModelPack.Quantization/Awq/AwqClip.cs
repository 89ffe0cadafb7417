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

    /// <summary>Finds the bound of every group with the least squared error of its part of the output.</summary>
    /// <param name="weights">[rows, columns], finite.</param>
    /// <param name="hessian">[columns, columns], X^T X times any factor; only the blocks of a group with itself are read.</param>
    /// <param name="columns">Inputs of a row.</param>
    /// <param name="groupSize">Inputs that share a scale and a bound; the last group of a row may be shorter.</param>
    /// <param name="rounding">How the clamped weights will be rounded; called with single groups.</param>
    /// <param name="bounds">[rows, groups], written; the largest magnitude where nothing smaller is better.</param>
    /// <param name="threads">Cores.</param>
    public static void Search(float[] weights, float[] hessian, int columns, int groupSize, RowRounding rounding, float[] bounds, int threads)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(hessian);
        ArgumentNullException.ThrowIfNull(rounding);
        ArgumentNullException.ThrowIfNull(bounds);
        int groups = (columns + groupSize - 1) / groupSize;
        Parallel.For(0, weights.Length / columns, new ParallelOptions { MaxDegreeOfParallelism = threads }, row =>
        {
            for (int group = 0; group < groups; group++)
            {
                int start = group * groupSize, count = Math.Min(groupSize, columns - start);
                bounds[(row * groups) + group] = Best(weights.AsSpan((row * columns) + start, count), hessian.AsSpan((start * columns) + start), columns, rounding);
            }
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

    private static float Best(ReadOnlySpan<float> group, ReadOnlySpan<float> hessian, int stride, RowRounding rounding)
    {
        float largest = 0;
        foreach (float weight in group)
        {
            largest = Math.Max(largest, Math.Abs(weight));
        }

        Span<float> clamped = stackalloc float[group.Length], error = stackalloc float[group.Length];
        float best = largest;
        double least = double.PositiveInfinity;
        for (int step = 0; step < Steps; step++)
        {
            float bound = (1 - (step * Step)) * largest;
            for (int i = 0; i < group.Length; i++)
            {
                clamped[i] = Math.Clamp(group[i], -bound, bound);
            }

            rounding(clamped, group.Length, error);
            for (int i = 0; i < group.Length; i++)
            {
                error[i] = group[i] - error[i];
            }

            double loss = QuadraticForm.Of(error, hessian, stride);
            if (loss < least)
            {
                (least, best) = (loss, bound);
            }
        }

        return best;
    }
}
