namespace ModelPack.Quantization.Gptq;

/// <summary>What the plain scale rules need to know of a group.</summary>
/// <param name="Low">Smallest weight, at most 0.</param>
/// <param name="High">Largest weight, at least 0.</param>
internal readonly record struct GroupRange(float Low, float High)
{
    /// <summary>The weight of largest magnitude, with its sign.</summary>
    public float Peak => High >= -Low ? High : Low;

    /// <summary>All weights are zero.</summary>
    public bool Empty => Low == 0 && High == 0;

    public static GroupRange Of(ReadOnlySpan<float> weights)
    {
        float low = 0, high = 0;
        foreach (float weight in weights)
        {
            low = Math.Min(low, weight);
            high = Math.Max(high, weight);
        }

        return new GroupRange(low, high);
    }

    /// <summary>Scale over a share of the range, and the zero point, rounded and within the codes.</summary>
    public (float Scale, int Zero) Asymmetric(double share, int maxCode)
    {
        float scale = StoredScale.Round(share * ((double)High - Low) / maxCode);
        return (scale, (int)Math.Clamp(Math.Round(-share * Low / scale), 0, maxCode));
    }
}
