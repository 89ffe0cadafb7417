namespace ModelPack.Runtime.Embeddings;

/// <summary>Puts texts of like length together, so that little padding is computed. Pure; the same lengths give the same batches.</summary>
internal static class LengthBatches
{
    /// <summary>Most texts of a batch: more gain nothing on a processor, and hold their states in memory at once.</summary>
    public const int LargestBatch = 32;

    /// <summary>Most tokens of a batch, padding included.</summary>
    public const int MostTokens = 4096;

    // A batch may have one token of padding for so many real ones.
    private const int RealForPadding = 8;

    /// <summary>Indices of the texts, batch by batch, shorter ones first; texts of one length stay in their order.</summary>
    public static IReadOnlyList<int[]> Group(ReadOnlySpan<int> lengths)
    {
        int[] keys = lengths.ToArray();
        int[] order = [.. Enumerable.Range(0, keys.Length).OrderBy(i => keys[i])];
        var batches = new List<int[]>();
        int first = 0;
        int tokens = 0;
        for (int i = 0; i < order.Length; i++)
        {
            int length = keys[order[i]];
            int count = i - first;
            int padded = (count + 1) * length;
            bool full = count == LargestBatch || padded > MostTokens || (padded - tokens - length) * RealForPadding > tokens + length;
            if (count > 0 && full)
            {
                batches.Add(order[first..i]);
                first = i;
                tokens = 0;
            }

            tokens += length;
        }

        if (first < order.Length)
        {
            batches.Add(order[first..]);
        }

        return batches;
    }
}
