namespace ModelPack.Tests;

internal static class SquaredError
{
    public static double Mean(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        double sum = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            double error = expected[i] - actual[i];
            sum += error * error;
        }

        return sum / expected.Length;
    }

    /// <summary>As a share of the mean square of what was expected.</summary>
    public static double Relative(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual) => Mean(expected, actual) / Mean(expected, new float[expected.Length]);
}
