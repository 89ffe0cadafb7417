using System.Numerics;

namespace ModelPack.Quantization.Gptq;

/// <summary>Sums in a fixed order.</summary>
internal static class Sums
{
    /// <summary>Sum of products.</summary>
    public static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        Vector<float> sums = default;
        int i = 0;
        for (; i <= a.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            sums = Vector.FusedMultiplyAdd(new Vector<float>(a[i..]), new Vector<float>(b[i..]), sums);
        }

        float sum = Vector.Sum(sums);
        for (; i < a.Length; i++)
        {
            sum = MathF.FusedMultiplyAdd(a[i], b[i], sum);
        }

        return sum;
    }

    /// <summary>target -= factor * row.</summary>
    public static void Subtract(Span<float> target, float factor, ReadOnlySpan<float> row)
    {
        var times = new Vector<float>(-factor);
        int i = 0;
        for (; i <= target.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector.FusedMultiplyAdd(times, new Vector<float>(row[i..]), new Vector<float>(target[i..])).CopyTo(target[i..]);
        }

        for (; i < target.Length; i++)
        {
            target[i] = MathF.FusedMultiplyAdd(-factor, row[i], target[i]);
        }
    }
}
