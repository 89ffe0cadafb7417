using System.Text.Json;

namespace ModelPack.Packing.Sources.Gguf;

/// <summary>Llama 3's rope scaling, recognised by the divisors of the frequencies that it leaves in a GGUF file.</summary>
/// <param name="Factor">Divisor of the longest wavelengths.</param>
/// <param name="Low">original / wavelength up to which the whole factor divides.</param>
/// <param name="High">original / wavelength from which nothing divides.</param>
/// <param name="Original">Context length before scaling.</param>
internal sealed record Llama3Scaling(double Factor, double Low, double High, int Original)
{
    // Largest relative difference of a divisor: they are float32, computed from float32 frequencies.
    private const double Tolerance = 1e-4;

    // Published models have these, and few divisors between the two ends may not tell them.
    private static readonly (double Low, double High) Usual = (1, 4);

    /// <summary>The scaling that gives these divisors, or null where none does.</summary>
    /// <param name="divisors">One for each pair of a head's elements.</param>
    /// <param name="theta">Base of the frequencies.</param>
    /// <param name="headSize">Elements of a head.</param>
    /// <param name="original">Context length before scaling; divisors give low and high as ratios to it.</param>
    public static Llama3Scaling? Find(ReadOnlySpan<float> divisors, double theta, int headSize, int original)
    {
        if (divisors.Length != headSize / 2)
        {
            return null;
        }

        double factor = divisors[^1];
        double[] turns = [.. Enumerable.Range(0, headSize / 2).Select(i => original * Math.Pow(theta, -2.0 * i / headSize) / (2 * Math.PI))];
        Llama3Scaling usual = new(factor, Usual.Low, Usual.High, original);
        if (factor > 1 && usual.Gives(divisors, turns))
        {
            return usual;
        }

        return factor > 1 && Solve(divisors, turns, factor, original) is { } solved && solved.Gives(divisors, turns) ? solved : null;
    }

    /// <summary>Writes rope_scaling.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject("rope_scaling");
        json.WriteString("rope_type", "llama3");
        json.WriteNumber("factor", Factor);
        json.WriteNumber("low_freq_factor", Low);
        json.WriteNumber("high_freq_factor", High);
        json.WriteNumber("original_max_position_embeddings", Original);
        json.WriteEndObject();
    }

    // Between the ends 1 / divisor = (1 - s) / factor + s, and s = (turns - low) / (high - low) is a line through two of them.
    private static Llama3Scaling? Solve(ReadOnlySpan<float> divisors, double[] turns, double factor, int original)
    {
        var between = new List<(double Turns, double Share)>();
        for (int i = 0; i < divisors.Length; i++)
        {
            double share = ((1 / (double)divisors[i]) - (1 / factor)) / (1 - (1 / factor));
            if (share is > Tolerance and < 1 - Tolerance)
            {
                between.Add((turns[i], share));
            }
        }

        if (between.Count < 2)
        {
            return null;
        }

        ((double firstTurns, double firstShare), (double lastTurns, double lastShare)) = (between[0], between[^1]);
        double slope = (firstShare - lastShare) / (firstTurns - lastTurns);
        double low = firstTurns - (firstShare / slope);
        return slope > 0 && low > 0 ? new Llama3Scaling(factor, low, low + (1 / slope), original) : null;
    }

    private bool Gives(ReadOnlySpan<float> divisors, double[] turns)
    {
        for (int i = 0; i < divisors.Length; i++)
        {
            double share = Math.Clamp((turns[i] - Low) / (High - Low), 0, 1);
            double expected = 1 / (((1 - share) / Factor) + share);
            if (!(Math.Abs(divisors[i] - expected) <= Tolerance * expected))
            {
                return false;
            }
        }

        return true;
    }
}
