using System.Numerics;

namespace ModelPack.Runtime.Generation.Sampling;

/// <summary>Keeps the k most likely tokens.</summary>
internal static class TopK
{
    /// <summary>
    /// Writes the <paramref name="k"/> largest logits as sorted <see cref="Candidate"/>s, the most likely first; of equal
    /// logits the lower id is kept.
    /// </summary>
    /// <param name="logits">One value a token id.</param>
    /// <param name="k">At least 1; more than there are logits keeps them all.</param>
    /// <param name="candidates">At least min(k, logits) long.</param>
    /// <returns>The candidates written.</returns>
    public static int Select(ReadOnlySpan<float> logits, int k, Span<ulong> candidates)
    {
        k = Math.Min(k, logits.Length);
        var heap = candidates[..k];
        for (int i = 0; i < k; i++)
        {
            heap[i] = Candidate.Pack(logits[i], i);
        }

        // The heap has the worst candidate (the largest key) on top.
        for (int i = (k / 2) - 1; i >= 0; i--)
        {
            SiftDown(heap, i);
        }

        int width = Vector<float>.Count;
        int next = k;
        while (next + width <= logits.Length)
        {
            var block = new Vector<float>(logits.Slice(next, width));
            if (Vector.GreaterThanAny(block, new Vector<float>(Candidate.Value(heap[0]))))
            {
                Offer(logits, next, next + width, heap);
            }

            next += width;
        }

        Offer(logits, next, logits.Length, heap);
        heap.Sort();
        return k;
    }

    /// <summary>The same as <see cref="Select"/> by sorting everything.</summary>
    public static int SelectScalar(ReadOnlySpan<float> logits, int k, Span<ulong> candidates)
    {
        var all = new ulong[logits.Length];
        for (int i = 0; i < logits.Length; i++)
        {
            all[i] = Candidate.Pack(logits[i], i);
        }

        Array.Sort(all);
        k = Math.Min(k, all.Length);
        all.AsSpan(0, k).CopyTo(candidates);
        return k;
    }

    private static void Offer(ReadOnlySpan<float> logits, int from, int to, Span<ulong> heap)
    {
        for (int i = from; i < to; i++)
        {
            ulong candidate = Candidate.Pack(logits[i], i);
            if (candidate < heap[0])
            {
                heap[0] = candidate;
                SiftDown(heap, 0);
            }
        }
    }

    private static void SiftDown(Span<ulong> heap, int parent)
    {
        ulong moving = heap[parent];
        for (int child; (child = (2 * parent) + 1) < heap.Length; parent = child)
        {
            if (child + 1 < heap.Length && heap[child + 1] > heap[child])
            {
                child++;
            }

            if (heap[child] <= moving)
            {
                break;
            }

            heap[parent] = heap[child];
        }

        heap[parent] = moving;
    }
}
