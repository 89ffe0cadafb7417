namespace ModelPack.Tests;

/// <summary>Seeded normal numbers, the same on every machine.</summary>
internal static class Gaussian
{
    public static float[] Values(int count, int seed)
    {
        var random = new Random(seed);
        var values = new float[count];
        for (int i = 0; i < count; i++)
        {
            values[i] = (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
        }

        return values;
    }

    /// <summary>Student's t with 5 degrees of freedom, unit variance: heavier tails, as trained weights have.</summary>
    public static float[] Student5(int count, int seed)
    {
        const int Freedom = 5;
        float[] normal = Values(count * (Freedom + 1), seed);
        var values = new float[count];
        for (int i = 0; i < count; i++)
        {
            double square = 0;
            for (int j = 1; j <= Freedom; j++)
            {
                square += Math.Pow(normal[(i * (Freedom + 1)) + j], 2);
            }

            values[i] = (float)(normal[i * (Freedom + 1)] / Math.Sqrt(square / Freedom) / Math.Sqrt(Freedom / (Freedom - 2.0)));
        }

        return values;
    }
}
