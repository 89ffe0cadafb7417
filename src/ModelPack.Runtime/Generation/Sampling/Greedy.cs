using System.Numerics;
using System.Runtime.InteropServices;

namespace ModelPack.Runtime.Generation.Sampling;

/// <summary>Picks the most likely token.</summary>
internal static class Greedy
{
    /// <summary>Index of the largest value; the lowest index wins a tie, NaN never wins.</summary>
    public static int IndexOfMax(ReadOnlySpan<float> logits)
    {
        int width = Vector<float>.Count;
        float best = float.NegativeInfinity;
        int bestStart = -1;
        int i = 0;
        var blocks = MemoryMarshal.Cast<float, Vector<float>>(logits);
        for (int block = 0; block < blocks.Length; block++, i += width)
        {
            if (Vector.GreaterThanAny(blocks[block], new Vector<float>(best)))
            {
                bestStart = i;
                best = Largest(logits.Slice(i, width), best);
            }
        }

        for (; i < logits.Length; i++)
        {
            if (logits[i] > best)
            {
                best = logits[i];
                bestStart = i;
            }
        }

        return bestStart < 0 ? 0 : bestStart + logits[bestStart..].IndexOf(best);
    }

    /// <summary>The same as <see cref="IndexOfMax"/>, one value after the other.</summary>
    public static int IndexOfMaxScalar(ReadOnlySpan<float> logits)
    {
        int best = -1;
        for (int i = 0; i < logits.Length; i++)
        {
            if (logits[i] > (best < 0 ? float.NegativeInfinity : logits[best]))
            {
                best = i;
            }
        }

        return Math.Max(best, 0);
    }

    private static float Largest(ReadOnlySpan<float> values, float floor)
    {
        foreach (float value in values)
        {
            floor = value > floor ? value : floor;
        }

        return floor;
    }
}
