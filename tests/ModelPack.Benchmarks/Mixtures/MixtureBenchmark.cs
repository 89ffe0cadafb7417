using System.Globalization;

namespace ModelPack.Benchmarks.Mixtures;

/// <summary>A mixture of experts as nodes of each expert, and as ONNX Runtime's operator QMoE: one core, processor time, the fastest of some runs.</summary>
internal static class MixtureBenchmark
{
    private static readonly (int Tokens, int Repeats)[] Lengths = [(1, 20), (16, 5), (128, 3)];

    public static int Run(string[] arguments)
    {
        var model = new MixtureModel();
        using MixtureContestant exact = MixtureContestant.Separate(model, 0), deployed = MixtureContestant.Separate(model, 4), own = MixtureContestant.Operator(model);
        foreach ((int tokens, int repeats) in Lengths)
        {
            float[] x = Noise(tokens * MixtureModel.Hidden);
            (float[] expected, double exactSeconds) = exact.Run(x, repeats);
            (float[] quick, double quickSeconds) = deployed.Run(x, repeats);
            (float[] theirs, double theirSeconds) = own.Run(x, repeats);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{tokens,4} tokens: {deployed.Name} {quickSeconds * 1e3:0.0} ms (error {Error(expected, quick):0.0e0}), {exact.Name} {exactSeconds * 1e3:0.0} ms, {own.Name} {theirSeconds * 1e3:0.0} ms (error {Error(expected, theirs):0.0e0}); {own.Name} takes {theirSeconds / quickSeconds:0.00} times as long as level 4, {theirSeconds / exactSeconds:0.00} times as long as level 0"));
        }

        return 0;
    }

    private static float[] Noise(int count)
    {
        var random = new Random(3);
        return [.. Enumerable.Range(0, count).Select(_ => (float)(random.NextDouble() - 0.5))];
    }

    private static double Error(float[] expected, float[] actual) => Math.Sqrt(expected.Zip(actual, (a, b) => Math.Pow(a - b, 2)).Sum() / expected.Sum(value => Math.Pow(value, 2)));
}
