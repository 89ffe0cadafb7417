namespace ModelPack.Packing.Architectures.Encoders.Graphs;

/// <summary>Buckets of distances: near ones apart, far ones together on a logarithmic scale. Pure.</summary>
internal static class DistanceBuckets
{
    // T5's default, which MPNet's code has as a constant.
    private const int LongestOfT5 = 128;

    /// <summary>T5's buckets (arXiv 1910.10683) for both directions, as MPNet uses them: half of the buckets for keys behind the query.</summary>
    /// <param name="distance">Query position minus key position.</param>
    /// <param name="buckets">All buckets.</param>
    public static int OfT5(int distance, int buckets)
    {
        int half = buckets / 2;
        int exact = half / 2;
        int away = Math.Abs(distance);

        // In float32, as the reference computes it.
        int far = away < exact ? 0 : exact + (int)(MathF.Log((float)away / exact) / (float)Math.Log((double)LongestOfT5 / exact) * (half - exact));
        return (distance < 0 ? half : 0) + (away < exact ? away : Math.Min(far, half - 1));
    }

    /// <summary>DeBERTa v2's buckets (arXiv 2006.03654, code of version 2): up to half exact, then logarithmic; odd in the distance.</summary>
    /// <param name="distance">Query position minus key position.</param>
    /// <param name="buckets">Buckets to each side.</param>
    /// <param name="longest">Distance at which the last bucket begins.</param>
    public static int OfDeberta(int distance, int buckets, int longest)
    {
        int exact = buckets / 2;
        int away = Math.Abs(distance);
        if (away <= exact)
        {
            return distance;
        }

        int far = (int)MathF.Ceiling(MathF.Log((float)away / exact) / MathF.Log((float)(longest - 1) / exact) * (exact - 1)) + exact;
        return Math.Sign(distance) * far;
    }
}
