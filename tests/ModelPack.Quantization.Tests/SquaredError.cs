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
}
