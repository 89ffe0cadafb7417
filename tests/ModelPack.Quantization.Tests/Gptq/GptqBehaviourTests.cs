using System.Runtime.Intrinsics;
using ModelPack.Quantization;
using ModelPack.Quantization.Gptq;
using ModelPack.Quantization.Lanes;
using ModelPack.Quantization.LinearAlgebra;

namespace ModelPack.Tests;

public sealed class GptqBehaviourTests
{
    private const int Columns = 512, Rows = 48, Samples = 2048;

    private static readonly Lazy<float[]> Inputs = new(() => CorrelatedInputs.Rows(Samples, Columns, seed: 5));
    private static readonly Lazy<float[]> Hessian = new(() => CorrelatedInputs.Hessian(Inputs.Value, Columns));
    private static readonly Lazy<float[]> Weights = new(() => Gaussian.Values(Rows * Columns, seed: 6));
    private static readonly GptqOptions SweepOnly = new() { Rounds = 0, Damping = 0.01 };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void On_correlated_inputs_the_error_is_at_most_a_quarter_of_round_to_nearests(bool symmetric)
    {
        GptqResult result = Quantize(SweepOnly, new QuantizationScheme(4, 64, symmetric));
        Assert.False(result.KeptRoundToNearest);
        Assert.InRange(result.Error, 0, result.RoundToNearestError / 4);
    }

    [Fact]
    public void Without_correlation_the_sweep_chooses_the_nearest_codes()
    {
        var identity = new float[Columns * Columns];
        for (int i = 0; i < Columns; i++)
        {
            identity[(i * Columns) + i] = 1;
        }

        GptqInput input = GptqInput.Prepare(identity, Columns, Samples, SweepOnly, 1);
        RowBlock swept = Block(new CodeFormat(4, 64, Symmetric: false)), nearest = Block(new CodeFormat(4, 64, Symmetric: false));
        Sweep.Run<Lanes8, Vector256<float>>(swept, input);
        NearestCodes.Choose(nearest);
        Assert.Equal(nearest.Levels, swept.Levels);
    }

    [Fact]
    public void Permuted_columns_give_permuted_codes()
    {
        // Groups change places and columns change places within them, so that every column keeps its scale.
        const int Group = 64, Groups = Columns / Group;
        int[] from = [.. Enumerable.Range(0, Columns).Select(i => (((i / Group) + 3) % Groups * Group) + ((i * 29) + 5) % Group)];
        var hessian = new float[Columns * Columns];
        ActivationOrder.Permute(Hessian.Value, from, hessian);
        var weights = new float[Weights.Value.Length];
        for (int i = 0; i < weights.Length; i++)
        {
            weights[i] = Weights.Value[(i / Columns * Columns) + from[i % Columns]];
        }

        var scheme = new QuantizationScheme(4, Group, symmetric: false);
        GptqOptions options = SweepOnly with { Scales = ScaleRule.Range };
        CodedMatrix plain = Quantize(options, scheme).Matrix;
        GptqInput input = GptqInput.Prepare(hessian, Columns, Samples, options, 1);
        CodedMatrix permuted = GptqQuantizer.Quantize(weights, Rows, null, input, scheme, options, 1).Matrix;
        for (int i = 0; i < weights.Length; i++)
        {
            Assert.Equal(plain.Codes[(i / Columns * Columns) + from[i % Columns]], permuted.Codes[i]);
        }
    }

    [Fact]
    public void Activation_order_is_better_than_left_to_right()
    {
        var scheme = new QuantizationScheme(4, 64, symmetric: false);
        double ordered = Quantize(SweepOnly, scheme).Error, plain = Quantize(SweepOnly with { ActivationOrder = false }, scheme).Error;
        Assert.InRange(ordered, 0, plain * 0.95);
    }

    [Fact]
    public void Each_part_lowers_the_error_further()
    {
        var scheme = new QuantizationScheme(2, 32, symmetric: false);
        double sweep = Quantize(SweepOnly, scheme).Error;
        double descent = Quantize(SweepOnly with { Rounds = 1, Refit = false, GroupSearch = false }, scheme).Error;
        double refit = Quantize(SweepOnly with { Rounds = 1, Refit = true, GroupSearch = false }, scheme).Error;
        double groups = Quantize(SweepOnly with { Rounds = 1, Refit = true, GroupSearch = true }, scheme).Error;
        Assert.InRange(descent, 0, sweep * 0.99);
        Assert.InRange(refit, 0, descent * 0.99);
        Assert.InRange(groups, 0, refit * 0.999);
    }

    [Fact]
    public void Targets_of_the_float_stream_are_met_better_with_the_shift()
    {
        float[] float32 = Inputs.Value, noise = Gaussian.Values(float32.Length, seed: 8);
        var seen = new float[float32.Length];
        for (int i = 0; i < seen.Length; i++)
        {
            seen[i] = (0.9f * float32[i]) + (0.3f * noise[i]);
        }

        // What the float model's outputs exceed the seen ones by, times the seen inputs: W (x - x^)^T x^.
        var cross = new float[Columns * Columns];
        var difference = new float[seen.Length];
        for (int i = 0; i < seen.Length; i++)
        {
            difference[i] = float32[i] - seen[i];
        }

        MatrixProduct.Add(new MatrixView(difference, Samples, Columns), true, new MatrixView(seen, Samples, Columns), false, 2f / Samples, new MatrixView(cross, Columns, Columns), 1);
        var shift = new float[Rows * Columns];
        MatrixProduct.Add(new MatrixView(Weights.Value, Rows, Columns), false, new MatrixView(cross, Columns, Columns), false, 1, new MatrixView(shift, Rows, Columns), 1);

        var options = new GptqOptions { Damping = 0.01 };
        GptqInput input = GptqInput.Prepare(CorrelatedInputs.Hessian(seen, Columns), Columns, Samples, options, 1);
        var scheme = new QuantizationScheme(4, 64, symmetric: true);
        double with = StreamError(GptqQuantizer.Quantize(Copy(Weights.Value), Rows, shift, input, scheme, options, 1).Matrix, float32, seen);
        double without = StreamError(GptqQuantizer.Quantize(Copy(Weights.Value), Rows, null, input, scheme, options, 1).Matrix, float32, seen);
        Assert.InRange(with, 0, without * 0.8);
    }

    [Fact]
    public void Where_round_to_nearest_is_better_it_is_kept_and_said()
    {
        GptqOptions poor = SweepOnly with { Sweep = false, Scales = ScaleRule.Range };
        var scheme = new QuantizationScheme(4, 64, symmetric: true);
        GptqResult result = Quantize(poor, scheme);
        Assert.True(result.KeptRoundToNearest);
        Assert.Equal(result.RoundToNearestError, result.Error);
        Assert.Equal(Quantized.Matrix(Weights.Value, Rows, Columns, scheme).Codes, result.Matrix.Pack().Codes);
    }

    [Theory]
    [InlineData(2, 32, true)]
    [InlineData(2, 32, false)]
    [InlineData(3, 32, true)]
    [InlineData(3, 64, false)]
    [InlineData(4, 128, true)]
    [InlineData(5, 16, false)]
    [InlineData(6, 32, true)]
    [InlineData(8, 256, false)]
    public void Every_number_of_bits_is_better_than_round_to_nearest(int bits, int groupSize, bool symmetric)
    {
        var options = new GptqOptions { Damping = 0.01 };
        GptqInput input = GptqInput.Prepare(Copy(Hessian.Value), Columns, Samples, options, 1);
        var format = new CodeFormat(bits, groupSize, symmetric);
        GptqResult result = GptqQuantizer.Quantize(Copy(Weights.Value), Rows, null, input, format, options, 1);
        Assert.False(result.KeptRoundToNearest);
        Assert.InRange(result.Error, 0, result.RoundToNearestError / 3);
        Assert.All(result.Matrix.Codes, code => Assert.InRange(code, 0, format.MaxCode));
        Assert.InRange(DampingChoice.Error(Weights.Value, result.Matrix, input.Hessian, 1), result.Error * 0.999, result.Error * 1.001);
    }

    private static GptqResult Quantize(GptqOptions options, QuantizationScheme scheme)
    {
        GptqInput input = GptqInput.Prepare(Copy(Hessian.Value), Columns, Samples, options, 1);
        return GptqQuantizer.Quantize(Copy(Weights.Value), Rows, null, input, scheme, options, 1);
    }

    private static RowBlock Block(CodeFormat format)
    {
        var block = new RowBlock(Rows, Columns, format);
        Weights.Value.CopyTo(block.Weights, 0);
        GroupScales.Choose<Lanes8, Vector256<float>>(block, ScaleRule.Searched, []);
        return block;
    }

    /// <summary>Sum over the rows of inputs of |W x - Q x^|^2.</summary>
    private static double StreamError(CodedMatrix matrix, float[] float32, float[] seen)
    {
        var values = new float[Rows * Columns];
        matrix.Dequantize(values);
        var outputs = new float[Samples * Rows];
        var view = new MatrixView(outputs, Samples, Rows);
        MatrixProduct.Add(new MatrixView(float32, Samples, Columns), false, new MatrixView(Weights.Value, Rows, Columns), true, 1, view, 1);
        MatrixProduct.Add(new MatrixView(seen, Samples, Columns), false, new MatrixView(values, Rows, Columns), true, -1, view, 1);
        return outputs.Sum(static value => (double)value * value);
    }

    private static float[] Copy(float[] values) => (float[])values.Clone();
}
