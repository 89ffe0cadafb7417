using ModelPack.Quantization;
using ModelPack.Quantization.Lanes;

namespace ModelPack.Benchmarks.Quantization;

/// <summary>Millions of weights a second on one core, by processor time, so that other work on the machine disturbs it less.</summary>
internal static class QuantizationBenchmark
{
    private const int Rows = 512;
    private const int Columns = 2048;
    private const int Repetitions = 6;

    public static int Run(string[] arguments)
    {
        float[] weights = Weights();
        var copy = new float[weights.Length];
        double copied = Rate(() => weights.CopyTo(copy, 0), 8);
        Console.WriteLine($"memcpy of the float32 weights: {copied:F0} M weights/s");
        Console.WriteLine($"{"scheme",-18}{"M weights/s",12}{"x scalar",10}{"x memcpy",10}{"dequantize",12}");
        foreach (int bits in new[] { 2, 4, 8 })
        {
            foreach (int group in new[] { 16, 32, 64, 128, 256 })
            {
                foreach (bool symmetric in new[] { false, true })
                {
                    Report(weights, new QuantizationScheme(bits, group, symmetric), copied);
                }
            }
        }

        return 0;
    }

    private static void Report(float[] weights, QuantizationScheme scheme, double copied)
    {
        var codes = new byte[Rows * scheme.CodeBytesPerRow(Columns)];
        var scales = new Half[Rows * scheme.GroupsPerRow(Columns)];
        var zeroPoints = new byte[Rows * scheme.ZeroPointBytesPerRow(Columns)];
        var values = new float[weights.Length];
        double vector = Rate(() => RoundToNearest.QuantizeRows(weights, Columns, scheme, [], codes, scales, zeroPoints), 1);
        double scalar = Rate(() => GroupQuantizer.Run<Lanes1, float>(weights, Columns, scheme, [], codes, scales, zeroPoints), 1);
        double back = Rate(() => Dequantization.DequantizeRows(scheme, Columns, codes, scales, zeroPoints, values), 2);
        string name = $"int{scheme.Bits} g{scheme.GroupSize} {(scheme.Symmetric ? "sym" : "asym")}";
        Console.WriteLine($"{name,-18}{vector,12:F0}{vector / scalar,10:F1}{vector / copied,10:F3}{back,12:F0}");
    }

    private static double Rate(Action action, int times)
    {
        double best = double.PositiveInfinity;
        for (int i = 0; i <= Repetitions; i++)
        {
            TimeSpan before = Environment.CpuUsage.TotalTime;
            for (int j = 0; j < times; j++)
            {
                action();
            }

            // The first round compiles.
            best = i == 0 ? best : Math.Min(best, (Environment.CpuUsage.TotalTime - before).TotalSeconds / times);
        }

        return Rows * (double)Columns / best / 1e6;
    }

    private static float[] Weights()
    {
        var random = new Random(1);
        var weights = new float[Rows * Columns];
        for (int i = 0; i < weights.Length; i++)
        {
            weights[i] = (float)(0.02 * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
        }

        return weights;
    }
}
