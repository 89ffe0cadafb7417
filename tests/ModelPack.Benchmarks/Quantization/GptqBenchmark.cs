using System.Globalization;
using System.Runtime.Intrinsics;
using ModelPack.Quantization.Gptq;
using ModelPack.Quantization.Lanes;
using ModelPack.Quantization.LinearAlgebra;

namespace ModelPack.Benchmarks.Quantization;

/// <summary>
/// Seconds of one core for each step of GPTQ on 256 rows, the unit that the quantizer hands to a thread, and the objective after it as a share of
/// round-to-nearest's. The hessian is that of a process whose neighbours are correlated and that a few common causes drive.
/// </summary>
internal static class GptqBenchmark
{
    private const int Rows = 256;
    private const int Causes = 8;
    private const int Rounds = 3;

    private static readonly GptqOptions Options = new() { Damping = .01 };

    public static int Run(string[] arguments)
    {
        if (arguments is not [var columns, var bits, var symmetric])
        {
            Console.Error.WriteLine("gptq INPUTS BITS SYMMETRIC      (for example gptq 8192 4 false)");
            return 2;
        }

        var format = new CodeFormat(int.Parse(bits, CultureInfo.InvariantCulture), 32, bool.Parse(symmetric));
        if (Vector512.IsHardwareAccelerated)
        {
            Measure<Lanes16, Vector512<float>>(int.Parse(columns, CultureInfo.InvariantCulture), format);
        }
        else
        {
            Measure<Lanes8, Vector256<float>>(int.Parse(columns, CultureInfo.InvariantCulture), format);
        }

        return 0;
    }

    private static void Measure<TLanes, TVector>(int columns, CodeFormat format)
        where TLanes : ILanes<TVector>
        where TVector : struct
    {
        double Seconds(Action action)
        {
            TimeSpan before = Environment.CpuUsage.TotalTime;
            action();
            return (Environment.CpuUsage.TotalTime - before).TotalSeconds;
        }

        GptqInput? prepared = null;
        double seconds = Seconds(() => prepared = GptqInput.Prepare(Hessian(columns), columns, 1L << 20, Options, 1));
        GptqInput input = prepared!;
        double product = 2.0 * Rows * columns * columns;
        var errors = new double[Rows];
        var block = new RowBlock(Rows, columns, format);
        var random = new Random(2);
        for (int i = 0; i < block.Weights.Length; i++)
        {
            block.Weights[i] = .02f * Normal(random);
        }

        Console.WriteLine($"factor of the hessian {seconds:0.00} s; a product of the rows with the hessian is {product / 1e9:0.0} GFLOP");
        BlockQuantizer.RoundToNearest<TLanes, TVector>(block, input, errors);
        double nearest = errors.Sum();
        double all = 0;
        void Step(string name, Action action)
        {
            double taken = Seconds(action);
            all += taken;
            OutputError.Sum(block, errors);
            Console.WriteLine($"{name,-28}{taken,8:0.00} s  error {errors.Sum() / nearest:0.0000}");
        }

        Step("target", () => TargetShift.Apply(block, input, new float[block.Weights.Length]));
        Step("scales", () => GroupScales.Choose<TLanes, TVector>(block, Options.Scales, []));
        Step("sweep", () => Sweep.Run<TLanes, TVector>(block, input));
        Step("product", () => OutputError.Measure(block, input.Hessian, ProcessorProducts.Instance, errors));
        Step("refit", () => ScaleRefit.Run<TLanes, TVector>(block, input));
        Step("product", () => OutputError.Measure(block, input.Hessian, ProcessorProducts.Instance, errors));
        var search = new GroupSearch<TLanes, TVector>(format);
        var descent = new CoordinateDescent<TLanes, TVector>(format, scales: true, codes: true);
        for (int round = 0; round < Rounds; round++)
        {
            if (format.Bits <= 3 && round < 2)
            {
                Step("group search", () => ColumnPass.Run<TLanes, TVector>(block, input, search));
            }

            Step("descent and refit", () => ColumnPass.Run<TLanes, TVector>(block, input, descent));
        }

        Console.WriteLine($"all of it {all:0.00} s");
        Console.WriteLine($"round-to-nearest {Seconds(() => BlockQuantizer.RoundToNearest<TLanes, TVector>(block, input, errors)):0.00} s");
    }

    private static float[] Hessian(int columns)
    {
        var random = new Random(1);
        var sizes = new float[columns];
        var causes = new float[Causes * columns];
        for (int i = 0; i < columns; i++)
        {
            sizes[i] = MathF.Exp(.7f * Normal(random));
        }

        for (int i = 0; i < causes.Length; i++)
        {
            causes[i] = .35f * Normal(random);
        }

        var hessian = new float[(long)columns * columns];
        for (int i = 0; i < columns; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                float sum = MathF.Pow(.7f, Math.Abs(i - j));
                for (int cause = 0; cause < Causes; cause++)
                {
                    sum += causes[(cause * columns) + i] * causes[(cause * columns) + j];
                }

                hessian[((long)i * columns) + j] = sum * sizes[i] * sizes[j];
            }
        }

        return hessian;
    }

    private static float Normal(Random random) => (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
}
