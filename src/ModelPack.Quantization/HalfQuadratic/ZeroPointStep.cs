using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ModelPack.Quantization;

/// <summary>One round of half-quadratic quantization on one group: round, shrink the error, take the zero point that fits what is left.</summary>
internal static class ZeroPointStep
{
    // Sums run in as many lanes on every machine, so that they are the same everywhere.
    private const int Lanes = 8;

    /// <summary>Replaces the zero point and returns the sum of the absolute errors that the old one leaves.</summary>
    /// <param name="weights">Weights of the group.</param>
    /// <param name="inverse">Reciprocal of the scale.</param>
    /// <param name="maxCode">2^bits - 1.</param>
    /// <param name="shrinkage">The round's shrinkage.</param>
    /// <param name="zeroPoint">A real number in codes.</param>
    public static float Run(ReadOnlySpan<float> weights, float inverse, int maxCode, ShrinkageStep shrinkage, ref float zeroPoint)
    {
        Span<float> errors = stackalloc float[Lanes];
        Span<float> zeros = stackalloc float[Lanes];
        errors.Clear();
        zeros.Clear();
        int done = Vector256.IsHardwareAccelerated ? Eights(weights, inverse, maxCode, shrinkage, zeroPoint, errors, zeros) : 0;
        OneByOne(weights, inverse, maxCode, shrinkage, zeroPoint, errors, zeros, done);
        float error = 0, zero = 0;
        for (int lane = 0; lane < Lanes; lane++)
        {
            error += errors[lane];
            zero += zeros[lane];
        }

        zeroPoint = zero / weights.Length;
        return error;
    }

    /// <summary>The scalar reference, from <paramref name="first"/> on.</summary>
    internal static void OneByOne(
        ReadOnlySpan<float> weights, float inverse, int maxCode, ShrinkageStep shrinkage, float zeroPoint, Span<float> errors, Span<float> zeros, int first)
    {
        for (int i = first; i < weights.Length; i++)
        {
            float code = Math.Clamp(MathF.Round((weights[i] * inverse) + zeroPoint), 0, maxCode);
            float error = weights[i] - ((code - zeroPoint) / inverse);
            errors[i % Lanes] += Math.Abs(error);
            zeros[i % Lanes] += code - ((weights[i] - shrinkage.Apply(error)) * inverse);
        }
    }

    private static int Eights(
        ReadOnlySpan<float> weights, float inverse, int maxCode, ShrinkageStep shrinkage, float zeroPoint, Span<float> errors, Span<float> zeros)
    {
        Vector256<float> inverses = Vector256.Create(inverse), zeroPoints = Vector256.Create(zeroPoint), threshold = Vector256.Create(shrinkage.Threshold);
        Vector256<float> none = default, most = Vector256.Create((float)maxCode), errorSums = default, zeroSums = default;
        ref float start = ref MemoryMarshal.GetReference(weights);
        int i = 0;
        for (; i <= weights.Length - Lanes; i += Lanes)
        {
            Vector256<float> weight = Vector256.LoadUnsafe(ref start, (nuint)i);
            Vector256<float> code = Vector256.Min(Vector256.Max(Vector256.Round((weight * inverses) + zeroPoints), none), most);
            Vector256<float> error = weight - ((code - zeroPoints) / inverses);
            Vector256<float> magnitude = Vector256.Abs(error), kept = none;
            if (Vector256.GreaterThanAny(magnitude, threshold))
            {
                for (int lane = 0; lane < Lanes; lane++)
                {
                    kept = kept.WithElement(lane, shrinkage.Apply(error[lane]));
                }
            }

            errorSums += magnitude;
            zeroSums += code - ((weight - kept) * inverses);
        }

        errorSums.CopyTo(errors);
        zeroSums.CopyTo(zeros);
        return i;
    }
}
