namespace ModelPack.Packing.Tests.Architectures;

/// <summary>Comparison of float results.</summary>
internal static class Close
{
    /// <summary>Fails at the first pair that differs by more than <paramref name="tolerance"/>; NaN differs from everything.</summary>
    public static void Assert(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, float tolerance)
    {
        Xunit.Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            if (!(MathF.Abs(expected[i] - actual[i]) <= tolerance))
            {
                Xunit.Assert.Fail($"element {i} of {expected.Length} is {actual[i]}, expected {expected[i]} within {tolerance}; largest difference {LargestDifference(expected, actual)}");
            }
        }
    }

    public static float LargestDifference(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        float largest = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            largest = Math.Max(largest, MathF.Abs(expected[i] - actual[i]));
        }

        return largest;
    }

    public static float RootMeanSquare(ReadOnlySpan<float> values)
    {
        double sum = 0;
        foreach (float value in values)
        {
            sum += (double)value * value;
        }

        return (float)Math.Sqrt(sum / values.Length);
    }

    /// <summary>Norm of the difference by the norm of the expected values.</summary>
    public static double Relative(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        double difference = 0, norm = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            difference += Math.Pow(expected[i] - actual[i], 2);
            norm += Math.Pow(expected[i], 2);
        }

        return Math.Sqrt(difference / norm);
    }
}
