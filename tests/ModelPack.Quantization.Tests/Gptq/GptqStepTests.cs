using System.Runtime.Intrinsics;
using ModelPack.Quantization.Gptq;
using ModelPack.Quantization.Lanes;
using ModelPack.Quantization.LinearAlgebra;

namespace ModelPack.Tests;

/// <summary>Each step by itself.</summary>
public sealed class GptqStepTests
{
    private const int Columns = 200, Rows = 19;

    private static readonly Lazy<float[]> Hessian = new(() => CorrelatedInputs.Hessian(CorrelatedInputs.Rows(900, Columns, seed: 15), Columns));
    private static readonly GptqOptions Options = new() { Damping = 0.01 };

    public static TheoryData<int, int, bool> Formats => new() { { 2, 32, true }, { 2, 16, false }, { 3, 64, true }, { 4, 32, false }, { 4, 128, true } };

    [Theory]
    [MemberData(nameof(Formats))]
    public void The_damped_objective_never_rises(int bits, int groupSize, bool symmetric)
    {
        GptqInput input = Input();
        RowBlock block = Swept(new CodeFormat(bits, groupSize, symmetric), input);
        double error = Objective(block, input);
        OutputError.Measure(block, input.Hessian, ProcessorProducts.Instance, new double[Rows]);
        for (int round = 0; round < 3; round++)
        {
            foreach (ITileStep step in Steps(block.Format))
            {
                ColumnPass.Run<Lanes8, Vector256<float>>(block, input, step);
                double next = Objective(block, input);
                Assert.InRange(next, 0, error * 1.00001);
                error = next;
            }
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Steps_keep_the_product_up_to_date(int bits, int groupSize, bool symmetric)
    {
        GptqInput input = Input();
        RowBlock block = Swept(new CodeFormat(bits, groupSize, symmetric), input);
        OutputError.Measure(block, input.Hessian, ProcessorProducts.Instance, new double[Rows]);
        foreach (ITileStep step in Steps(block.Format))
        {
            float[] levels = [.. block.Levels], scales = [.. block.Scales];
            ColumnPass.Run<Lanes8, Vector256<float>>(block, input, step);
            Assert.False(levels.SequenceEqual(block.Levels) && scales.SequenceEqual(block.Scales));
        }

        float[] kept = [.. block.Product];
        OutputError.Measure(block, input.Hessian, ProcessorProducts.Instance, new double[Rows]);
        float largest = block.Product.Max(Math.Abs);
        for (int i = 0; i < kept.Length; i++)
        {
            Assert.InRange(kept[i], block.Product[i] - (1e-3f * largest), block.Product[i] + (1e-3f * largest));
        }
    }

    [Theory]
    [InlineData(200)]
    [InlineData(1100)]
    public void Half_the_product_gives_the_whole_error(int columns)
    {
        float[] hessian = CorrelatedInputs.Hessian(CorrelatedInputs.Rows(columns, columns, seed: 19), columns);
        var block = new RowBlock(Rows, columns, new CodeFormat(4, 32, Symmetric: true));
        Gaussian.Values(Rows * columns, seed: 20).CopyTo(block.Weights, 0);
        GroupScales.Choose<Lanes8, Vector256<float>>(block, ScaleRule.Range, []);
        NearestCodes.Choose(block);
        double[] whole = new double[Rows], half = new double[Rows];
        OutputError.Measure(block, hessian, ProcessorProducts.Instance, whole);
        OutputError.MeasureOnly(block, hessian, ProcessorProducts.Instance, half);
        for (int row = 0; row < Rows; row++)
        {
            Assert.InRange(half[row], whole[row] * 0.9999, whole[row] * 1.0001);
        }
    }

    [Fact]
    public void Refitted_scales_are_those_of_the_least_squares_problem()
    {
        GptqInput input = Input();
        RowBlock block = Swept(new CodeFormat(3, 32, Symmetric: true), input);
        var before = new double[Rows];
        OutputError.Measure(block, input.Hessian, ProcessorProducts.Instance, before);
        var best = new double[Rows];
        for (int row = 0; row < Rows; row++)
        {
            best[row] = LeastSquares.Error(block, input.Hessian, row);
        }

        Assert.Equal(Rows, ScaleRefit.Run<Lanes8, Vector256<float>>(block, input));
        var after = new double[Rows];
        OutputError.Measure(block, input.Hessian, ProcessorProducts.Instance, after);
        for (int row = 0; row < Rows; row++)
        {
            // float16 keeps 11 bits of a scale: what rounding gives back is a thousandth of the gain.
            Assert.InRange(after[row], best[row] * 0.9999, best[row] + (0.01 * (before[row] - best[row])));
        }

        Assert.Equal(block.Scales, Array.ConvertAll(block.Scales, static scale => (float)(Half)scale));
    }

    [Fact]
    public void The_target_solves_for_the_shift()
    {
        GptqInput input = Input();
        float[] weights = Gaussian.Values(Rows * Columns, seed: 16), wanted = Gaussian.Values(Rows * Columns, seed: 17);
        var shift = new float[Rows * Columns];
        MatrixProduct.Add(new MatrixView(wanted, Rows, Columns), false, new MatrixView(input.Hessian, Columns, Columns), false, 1, new MatrixView(shift, Rows, Columns), 1);
        var block = new RowBlock(Rows, Columns, new CodeFormat(4, 32, Symmetric: true));
        weights.CopyTo(block.Weights, 0);
        TargetShift.Apply(block, input, shift);
        for (int i = 0; i < wanted.Length; i++)
        {
            Assert.InRange(block.Weights[i], weights[i] + wanted[i] - 0.01f, weights[i] + wanted[i] + 0.01f);
        }
    }

    /// <summary>Relative weight error at 4 bits of plain nearest codes, of a table made independently on 2^18 samples: normal, then Student's t with 5 degrees of freedom.</summary>
    [Theory]
    [InlineData(16, ScaleRule.Searched, true, .00485, .00708)]
    [InlineData(32, ScaleRule.Searched, true, .00649, .01072)]
    [InlineData(64, ScaleRule.Searched, true, .00799, .01504)]
    [InlineData(128, ScaleRule.Searched, true, .00927, .01993)]
    [InlineData(16, ScaleRule.Searched, false, .00416, .00501)]
    [InlineData(32, ScaleRule.Searched, false, .00587, .00798)]
    [InlineData(64, ScaleRule.Searched, false, .00752, .01166)]
    [InlineData(128, ScaleRule.Searched, false, .00896, .01608)]
    [InlineData(16, ScaleRule.Range, true, .00753, .01064)]
    [InlineData(32, ScaleRule.Range, true, .00892, .01450)]
    [InlineData(64, ScaleRule.Range, true, .01050, .01976)]
    [InlineData(128, ScaleRule.Range, true, .01224, .02705)]
    public void Scale_rules_are_within_two_percent_of_the_rate_distortion_table(int groupSize, ScaleRule rule, bool symmetric, double normal, double student)
    {
        Assert.InRange(WeightError(Gaussian.Values(1 << 17, seed: 11), groupSize, rule, symmetric), normal * 0.98, normal * 1.02);
        Assert.InRange(WeightError(Gaussian.Student5(1 << 17, seed: 12), groupSize, rule, symmetric), student * 0.96, student * 1.04);
    }

    private static double WeightError(float[] weights, int groupSize, ScaleRule rule, bool symmetric)
    {
        var block = new RowBlock(weights.Length / 512, 512, new CodeFormat(4, groupSize, symmetric));
        weights.CopyTo(block.Weights, 0);
        GroupScales.Choose<Lanes8, Vector256<float>>(block, rule, []);
        NearestCodes.Choose(block);
        OutputError.Differences(block, block.Scratch);
        return block.Scratch.Sum(static value => (double)value * value) / weights.Sum(static value => (double)value * value);
    }

    private static ITileStep[] Steps(CodeFormat format) =>
    [
        new GroupSearch<Lanes8, Vector256<float>>(format),
        new CoordinateDescent<Lanes8, Vector256<float>>(format, scales: true, codes: false),
        new CoordinateDescent<Lanes8, Vector256<float>>(format, scales: false, codes: true),
        new CoordinateDescent<Lanes8, Vector256<float>>(format, scales: true, codes: true),
    ];

    private static GptqInput Input() => GptqInput.Prepare((float[])Hessian.Value.Clone(), Columns, 900, Options, 1);

    private static RowBlock Swept(CodeFormat format, GptqInput input)
    {
        var block = new RowBlock(Rows, Columns, format);
        Gaussian.Values(Rows * Columns, seed: 18).CopyTo(block.Weights, 0);
        GroupScales.Choose<Lanes8, Vector256<float>>(block, ScaleRule.Searched, []);
        Sweep.Run<Lanes8, Vector256<float>>(block, input);
        return block;
    }

    /// <summary>The objective in double precision, straight from its definition.</summary>
    private static double Objective(RowBlock block, GptqInput input)
    {
        var differences = new float[Rows * Columns];
        OutputError.Differences(block, differences);
        double error = 0;
        for (int row = 0; row < Rows; row++)
        {
            for (int i = 0; i < Columns; i++)
            {
                double product = 0;
                for (int j = 0; j < Columns; j++)
                {
                    product += (double)input.Hessian[(i * Columns) + j] * differences[(row * Columns) + j];
                }

                error += product * differences[(row * Columns) + i];
            }
        }

        return error;
    }
}
