using System.Diagnostics;
using ModelPack.Quantization.LinearAlgebra;

namespace ModelPack.Benchmarks.Kernels;

/// <summary>
/// GFLOP/s of the best round of the linear algebra, and of ONNX Runtime's MatMul beside the products, round by round in turn. Processor time is
/// the fairer figure on a machine that others use.
/// </summary>
internal static class KernelBenchmark
{
    private const int FewestRounds = 4;

    private static readonly TimeSpan LeastTime = TimeSpan.FromSeconds(4);

    // A round of the small product is long enough for the clock of processor time.
    private static readonly (int Rows, int Inner, int Columns, int Times)[] Products = [(128, 128, 128, 50), (1024, 1024, 1024, 1), (4096, 2048, 4096, 1)];

    /// <param name="arguments">Order of the square matrices of the factorizations, by default 4096; 0 leaves them out. Then the most threads, by default 2.</param>
    public static int Run(string[] arguments)
    {
        int order = arguments.Length > 0 ? int.Parse(arguments[0]) : 4096;
        int most = arguments.Length > 1 ? int.Parse(arguments[1]) : 2;
        Console.WriteLine("GFLOP/s by processor time a thread | by the clock");
        for (int threads = 1; threads <= most; threads++)
        {
            foreach ((int rows, int inner, int columns, int times) in Products)
            {
                CompareProduct(rows, inner, columns, times, threads);
            }

            if (order > 0)
            {
                MeasureFactors(order, threads);
            }
        }

        return 0;
    }

    private static void CompareProduct(int rows, int inner, int columns, int times, int threads)
    {
        float[] a = Values(rows * inner), b = Values(inner * columns), c = new float[rows * columns], runtimeC = new float[rows * columns];
        using var runtime = new RuntimeProduct(a, b, runtimeC, rows, inner, columns, threads);
        Action own = () => MatrixProduct.Add(new MatrixView(a, rows, inner), false, new MatrixView(b, inner, columns), false, 1, new MatrixView(c, rows, columns), threads);
        (Timing ours, Timing theirs) = (Timing.None, Timing.None);
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < FewestRounds || Stopwatch.GetElapsedTime(start) < LeastTime; i++)
        {
            ours = ours.Better(own, times, threads);
            theirs = theirs.Better(runtime.Run, times, threads);
        }

        double flops = 2.0 * rows * inner * columns;
        string name = $"product {rows}x{inner}x{columns}";
        Console.WriteLine($"{Line(name, threads, flops, ours)}   MatMul {Rates(flops, theirs, threads)}   ratio {theirs.Processor / ours.Processor:P0} | {theirs.Clock / ours.Clock:P0}");
    }

    private static void MeasureFactors(int order, int threads)
    {
        double cube = (double)order * order * order;
        float[] x = Values(2 * order * order), h = new float[order * order], work = new float[order * order], b = Values(order * order);
        var matrix = new MatrixView(h, order, order);
        var copy = new MatrixView(work, order, order);
        Measure("gram of 2K rows", threads, 2 * cube, () => Array.Clear(h), () => GramMatrix.Add(new MatrixView(x, 2 * order, order), 1f / order, matrix, threads));
        GramMatrix.Mirror(matrix, threads);
        for (int i = 0; i < order; i++)
        {
            h[i * (order + 1)] += .05f;
        }

        Measure("cholesky", threads, cube / 3, () => h.CopyTo(work, 0), () => Require(Cholesky.TryFactor(copy, threads)));
        Measure("inverse factor", threads, cube * 2 / 3, () => h.CopyTo(work, 0), () => Require(InverseFactor.TryUpper(copy, threads)));
        Measure("inverse of K rows", threads, 2 * cube, () => { }, () => TriangularProduct.ApplyInverse(new MatrixView(b, order, order), copy, threads));

        void Measure(string name, int count, double flops, Action prepare, Action action)
        {
            Timing best = Timing.None;
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < FewestRounds || Stopwatch.GetElapsedTime(start) < LeastTime; i++)
            {
                prepare();
                best = best.Better(action, 1, count);
            }

            Console.WriteLine($"{Line($"{name}, K = {order}", count, flops, best)}   {best.Clock:F2} s");
        }
    }

    private static void Require(bool factored)
    {
        if (!factored)
        {
            throw new InvalidOperationException("The matrix is not positive definite.");
        }
    }

    private static string Line(string name, int threads, double flops, Timing time) => $"{name,-30} threads {threads}  {Rates(flops, time, threads)}";

    private static string Rates(double flops, Timing time, int threads) => $"{flops / time.Processor / threads / 1e9,6:F1} | {flops / time.Clock / 1e9,6:F1}";

    private static float[] Values(int count)
    {
        var random = new Random(count);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() - .5f)];
    }
}
