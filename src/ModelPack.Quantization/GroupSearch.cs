namespace ModelPack.Quantization;

/// <summary>What one group's codes are counted in.</summary>
internal readonly record struct GroupCode(Half Scale, int ZeroPoint);

/// <summary>Chooses scale and zero point of one group by trying ranges and zero points; the scale is rounded to float16 before any error is taken.</summary>
internal static class GroupSearch
{
    private const int RangeSteps = 32;
    private const float RangeStep = 0.0125f;

    /// <summary>The best scale and zero point for <paramref name="weights"/>.</summary>
    public static GroupCode Choose(ReadOnlySpan<float> weights, ReadOnlySpan<float> importance, QuantizationScheme scheme)
    {
        float low = 0, high = 0;
        foreach (float weight in weights)
        {
            low = MathF.Min(low, weight);
            high = MathF.Max(high, weight);
        }

        if (low == high)
        {
            return new GroupCode(Half.One, scheme.MiddleCode);
        }

        float extreme = -low > high ? low : high;
        var best = new GroupCode(default, scheme.MiddleCode);
        double bestError = double.PositiveInfinity;
        for (int step = -2; step < RangeSteps; step++)
        {
            float share = 1 - (step * RangeStep);
            float ideal = scheme.Symmetric ? -extreme / scheme.MiddleCode * share : ((high / scheme.MaxCode) - (low / scheme.MaxCode)) * share;
            Half scale = ToStoredScale(ideal);
            int middle = scheme.Symmetric ? scheme.MiddleCode : (int)MathF.Round(Math.Clamp(-low * share / (float)scale, 0, scheme.MaxCode));
            int reach = scheme.Symmetric ? 0 : 1;
            for (int zero = Math.Max(0, middle - reach); zero <= Math.Min(scheme.MaxCode, middle + reach); zero++)
            {
                var candidate = new GroupCode(scale, zero);
                double error = Error(weights, importance, candidate, scheme);
                if (error < bestError)
                {
                    (best, bestError) = (candidate, error);
                }
            }
        }

        return best;
    }

    /// <summary>Codes of the weights; what lies past them in <paramref name="codes"/> becomes the zero point.</summary>
    public static void Encode(ReadOnlySpan<float> weights, GroupCode group, QuantizationScheme scheme, Span<byte> codes)
    {
        codes.Fill((byte)group.ZeroPoint);
        for (int i = 0; i < weights.Length; i++)
        {
            codes[i] = (byte)Code(weights[i], group, scheme);
        }
    }

    private static float Code(float weight, GroupCode group, QuantizationScheme scheme) =>
        Math.Clamp(MathF.Round(weight / (float)group.Scale) + group.ZeroPoint, 0, scheme.MaxCode);

    private static double Error(ReadOnlySpan<float> weights, ReadOnlySpan<float> importance, GroupCode group, QuantizationScheme scheme)
    {
        double error = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            double difference = weights[i] - ((double)(float)group.Scale * (Code(weights[i], group, scheme) - group.ZeroPoint));
            error += difference * difference * (importance.IsEmpty ? 1 : importance[i]);
        }

        return error;
    }

    private static Half ToStoredScale(float ideal)
    {
        Half scale = (Half)Math.Clamp(ideal, -65504f, 65504f);
        return scale != default ? scale : ideal < 0 ? -Half.Epsilon : Half.Epsilon;
    }
}
