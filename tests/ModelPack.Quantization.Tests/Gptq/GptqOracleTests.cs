using System.Runtime.Intrinsics;
using ModelPack.Quantization.Gptq;
using ModelPack.Quantization.Lanes;
using ModelPack.Quantization.LinearAlgebra;

namespace ModelPack.Tests;

/// <summary>The steps against a plain float64 loop, whose codes another project's function chose too.</summary>
public sealed class GptqOracleTests
{
    /// <summary>Distance from a tie, in steps, below which float32 may decide otherwise than float64.</summary>
    private const float SmallMargin = 1e-4f;

    public static TheoryData<string> Problems => [.. GptqProblem.Names];

    [SkippableTheory]
    [MemberData(nameof(Problems))]
    public void Order_and_factor_are_the_oracles(string name)
    {
        GptqProblem problem = GptqProblem.Open(name);
        GptqInput input = Prepare(problem);
        Assert.Equal(problem.Integers("order"), input.Order);
        Assert.Equal(problem.DampingShare, input.Damping);
        Assert.True(input.Usable);
        float[] factor = problem.Floats("U");
        float largest = factor.Max();
        for (int i = 0; i < factor.Length; i++)
        {
            Assert.InRange(input.Factor[i], factor[i] - (1e-3f * largest), factor[i] + (1e-3f * largest));
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Problems))]
    public void The_sweep_chooses_the_oracles_codes(string name)
    {
        GptqProblem problem = GptqProblem.Open(name);
        GptqInput input = Prepare(problem);
        RowBlock block = problem.Block(input.Dead);
        Sweep.Run<Lanes8, Vector256<float>>(block, input);
        Compare(problem, block, problem.Bytes("codes"), problem.Floats("margin"));
        Assert.InRange(UndampedError(problem, block), problem.Error * 0.999, problem.Error * 1.001);
    }

    [SkippableTheory]
    [MemberData(nameof(Problems))]
    public void Without_the_sweep_codes_are_the_oracles_nearest_ones(string name)
    {
        GptqProblem problem = GptqProblem.Open(name);
        RowBlock block = problem.Block(dead: []);
        NearestCodes.Choose(block);
        Compare(problem, block, problem.Bytes("codes_rtn"), margins: null);
        double expected = double.Parse(problem.Metadata("output_error_rtn"));
        Assert.InRange(UndampedError(problem, block), expected * 0.9999, expected * 1.0001);
    }

    [SkippableTheory]
    [MemberData(nameof(Problems))]
    public void Scale_rules_give_the_oracles_scales(string name)
    {
        GptqProblem problem = GptqProblem.Open(name);
        RowBlock block = problem.Block(dead: []);
        GroupScales.Choose<Lanes8, Vector256<float>>(block, problem.ScaleRule == "search" ? ScaleRule.Searched : ScaleRule.Range, []);
        Assert.Equal(problem.Halves("scales"), Array.ConvertAll(block.Scales, static scale => (Half)scale));
        Assert.Equal(problem.Bytes("zero_points"), Array.ConvertAll(block.Zeros, static zero => (byte)zero));
    }

    [SkippableTheory]
    [MemberData(nameof(Problems))]
    public void Descent_and_refit_leave_less_error_than_the_oracles_sweep(string name)
    {
        GptqProblem problem = GptqProblem.Open(name);
        var options = new GptqOptions { Damping = problem.DampingShare, Scales = problem.ScaleRule == "search" ? ScaleRule.Searched : ScaleRule.Range, ActivationOrder = problem.ActivationOrder };
        GptqInput input = GptqInput.Prepare(problem.Floats("H"), problem.Columns, 1, options, 1);
        GptqResult sweep = GptqQuantizer.Quantize(problem.Floats("W"), problem.Rows, null, input, problem.Format, options with { Rounds = 0 }, 1);
        GptqResult all = GptqQuantizer.Quantize(problem.Floats("W"), problem.Rows, null, input, problem.Format, options, 1);
        Assert.False(all.KeptRoundToNearest);
        Assert.InRange(all.Error, 0, sweep.Error * 0.99);
    }

    /// <summary>The oracle gives dead columns the diagonal entry 1; the product, the mean of the others. Nothing else differs.</summary>
    private static GptqInput Prepare(GptqProblem problem)
    {
        float[] hessian = problem.Floats("H");
        int[] dead = DeadColumns.Find(hessian, problem.Columns);
        DeadColumns.Revive(hessian, problem.Columns, dead, 1);
        GptqInput input = GptqInput.Prepare(
            hessian, problem.Columns, 1, new GptqOptions { Damping = problem.DampingShare, ActivationOrder = problem.ActivationOrder }, 1);
        return input.With(dead);
    }

    private static void Compare(GptqProblem problem, RowBlock block, byte[] expected, float[]? margins)
    {
        int different = 0;
        for (int row = 0; row < block.Rows; row++)
        {
            bool same = true, tie = false;
            for (int column = 0; column < block.Columns; column++)
            {
                int at = (row * block.Columns) + column;
                float zero = block.Zeros[(row * block.Groups) + (column / block.Format.GroupSize)];
                same &= expected[at] == block.Levels[at] + zero;
                tie |= margins is not null && margins[at] < SmallMargin;
            }

            Assert.True(same || tie, $"{problem.Metadata("order")}: row {row} differs without a near tie");
            different += same ? 0 : 1;
        }

        Assert.InRange(different, 0, 1);
    }

    private static double UndampedError(GptqProblem problem, RowBlock block)
    {
        float[] hessian = problem.Floats("H");
        var errors = new double[block.Rows];
        OutputError.Measure(block, hessian, ProcessorProducts.Instance, errors);
        return errors.Sum();
    }
}
