using System.Runtime.Intrinsics;

namespace ModelPack.Packing.Quantizing;

/// <summary>Squared norm of a vector and of its difference to another, in a fixed order of summation.</summary>
internal static class SquaredNorms
{
    // Lanes are summed in float over this many values at most, then in double: keeps 24-bit rounding out of long sums.
    private const int Chunk = 4096;

    public static (double Weight, double Error) Of(ReadOnlySpan<float> weights, ReadOnlySpan<float> restored)
    {
        double weight = 0;
        double error = 0;
        for (int start = 0; start < weights.Length; start += Chunk)
        {
            int count = Math.Min(Chunk, weights.Length - start);
            (float chunkWeight, float chunkError) = OfChunk(weights.Slice(start, count), restored.Slice(start, count));
            weight += chunkWeight;
            error += chunkError;
        }

        return (weight, error);
    }

    // Eight explicit lanes whatever the machine's vector width, so that the sum is the same everywhere.
    private static (float Weight, float Error) OfChunk(ReadOnlySpan<float> weights, ReadOnlySpan<float> restored)
    {
        var weightLanes = Vector256<float>.Zero;
        var errorLanes = Vector256<float>.Zero;
        int i = 0;
        for (; i + 8 <= weights.Length; i += 8)
        {
            var w = Vector256.Create(weights.Slice(i, 8));
            var d = w - Vector256.Create(restored.Slice(i, 8));
            weightLanes += w * w;
            errorLanes += d * d;
        }

        float weight = Vector256.Sum(weightLanes);
        float error = Vector256.Sum(errorLanes);
        for (; i < weights.Length; i++)
        {
            float d = weights[i] - restored[i];
            weight += weights[i] * weights[i];
            error += d * d;
        }

        return (weight, error);
    }
}
