namespace ModelPack.Tests;

/// <summary>
/// The oracle for the quality of codes: in double precision, 400 steps by every zero point (and both signs) for one group; the smallest share of the
/// group's energy that any of them loses, 1 - cos^2 between the weights and their levels.
/// </summary>
internal static class ExhaustiveSearch
{
    private const int Steps = 400;

    public static double Loss(ReadOnlySpan<float> weights, int bits, bool symmetric)
    {
        int maxCode = (1 << bits) - 1, middle = 1 << (bits - 1);
        double low = 0, high = 0, energy = 0, best = 0;
        foreach (float weight in weights)
        {
            low = Math.Min(low, weight);
            high = Math.Max(high, weight);
            energy += (double)weight * weight;
        }

        double widest = symmetric ? Math.Max(-low, high) / middle : (high - low) / maxCode;
        for (int step = 0; step < Steps; step++)
        {
            double scale = widest * (0.3 + (1.2 * step / (Steps - 1)));
            int first = symmetric ? middle - 1 : 0, last = symmetric ? middle : maxCode;
            for (int zero = first; zero <= last; zero++)
            {
                double product = 0, square = 0;
                foreach (float weight in weights)
                {
                    double level = Math.Clamp(Math.Round(weight / scale), -zero, maxCode - zero);
                    product += weight * level;
                    square += level * level;
                }

                best = square > 0 ? Math.Max(best, product * product / square) : best;
            }
        }

        return 1 - (best / energy);
    }
}
