namespace ModelPack.Quantization;

/// <summary>Brings importances into (0, 1], where the search can neither overflow nor lose a group whose inputs were never seen.</summary>
internal static class ImportanceScaling
{
    // About 1e-6: an input never seen in calibration still gets sane codes.
    private const float Floor = 1f / (1 << 20);

    /// <summary>A normalized copy; empty when empty or all zero (then all inputs count the same).</summary>
    /// <exception cref="ArgumentException">A wrong length, a negative or a non-finite importance.</exception>
    public static ReadOnlySpan<float> Normalize(ReadOnlySpan<float> importance, int columns)
    {
        if (importance.IsEmpty)
        {
            return importance;
        }

        if (importance.Length != columns)
        {
            throw new ArgumentException($"{importance.Length} importances were given for {columns} columns.", nameof(importance));
        }

        float largest = 0;
        for (int i = 0; i < importance.Length; i++)
        {
            if (!(importance[i] >= 0) || float.IsInfinity(importance[i]))
            {
                throw new ArgumentException($"The importance of column {i} is {importance[i]}.", nameof(importance));
            }

            largest = Math.Max(largest, importance[i]);
        }

        if (largest == 0)
        {
            return default;
        }

        var normalized = new float[importance.Length];
        for (int i = 0; i < normalized.Length; i++)
        {
            normalized[i] = Math.Max(importance[i] / largest, Floor);
        }

        return normalized;
    }
}
