namespace ModelPack.Benchmarks.GgmlBlocks;

/// <summary>Seeded matrices of kinds that weights come in, and importances of their columns.</summary>
internal static class BlockSample
{
    public const int Rows = 64;
    public const int Columns = 2048;

    // The size of weights of real models; scales of K types are then subnormal float16 numbers, as they are in real files.
    private const double Deviation = 0.02;
    private const double OutlierShare = 0.005;
    private const double OutlierSize = 8;
    private const double ImportanceSpread = 1.5;

    public static IReadOnlyDictionary<string, Func<Random, double>> Kinds { get; } = new Dictionary<string, Func<Random, double>>
    {
        ["Gaussian"] = Normal,
        ["Laplace"] = random => (random.NextDouble() < 0.5 ? -1 : 1) * -Math.Log(1 - random.NextDouble()),
        ["outliers"] = random => Normal(random) * (random.NextDouble() < OutlierShare ? OutlierSize : 1),
    };

    public static float[] Values(string kind)
    {
        var random = new Random(5);
        var values = new float[Rows * Columns];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (float)(Deviation * Kinds[kind](random));
        }

        return values;
    }

    /// <summary>Log-normal, as mean squares of activations are.</summary>
    public static float[] Importance()
    {
        var random = new Random(9);
        var importance = new float[Columns];
        for (int i = 0; i < importance.Length; i++)
        {
            importance[i] = (float)Math.Exp(ImportanceSpread * Normal(random));
        }

        return importance;
    }

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
