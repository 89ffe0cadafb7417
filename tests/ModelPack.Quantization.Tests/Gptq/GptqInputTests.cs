using ModelPack.Quantization;
using ModelPack.Quantization.Gptq;

namespace ModelPack.Tests;

public sealed class GptqInputTests
{
    private const int Columns = 64;

    [Theory]
    [InlineData(1000, 1024, .1)]
    [InlineData(2048, 1024, .05)]
    [InlineData(16384, 1024, .01)]
    public void Damping_follows_the_amount_of_data(long rows, int columns, double damping) => Assert.Equal(damping, DampingChoice.ByRows(rows, columns));

    [Fact]
    public void A_singular_hessian_is_damped_until_it_can_be_factored()
    {
        float[] hessian = CorrelatedInputs.Hessian(CorrelatedInputs.Rows(10, Columns, seed: 35), Columns);
        GptqInput input = GptqInput.Prepare(hessian, Columns, 10, new GptqOptions { Damping = 0 }, 1);
        Assert.True(input.Usable);
        Assert.Equal(0.01, input.Damping, 6);
    }

    [Fact]
    public void A_hessian_without_any_size_still_gets_a_floor()
    {
        // Indefinite by far: shares of the mean diagonal below one never help, the floor does.
        var hessian = new float[Columns * Columns];
        for (int i = 0; i < Columns; i++)
        {
            hessian[(i * Columns) + i] = i == 0 ? 1 : -0.02f;
        }

        GptqInput input = GptqInput.Prepare(hessian, Columns, 100, new GptqOptions { Damping = 0.01 }, 1);
        Assert.True(input.Usable);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Without_a_usable_hessian_weights_are_rounded_to_nearest_and_it_is_said(float bad)
    {
        float[] hessian = CorrelatedInputs.Hessian(CorrelatedInputs.Rows(200, Columns, seed: 36), Columns), weights = Gaussian.Values(4 * Columns, seed: 37);
        hessian[Columns + 1] = bad;
        GptqInput input = GptqInput.Prepare(hessian, Columns, 200, new GptqOptions(), 1);
        Assert.False(input.Usable);
        var scheme = new QuantizationScheme(4, 32, symmetric: true);
        GptqResult result = GptqQuantizer.Quantize((float[])weights.Clone(), 4, null, input, scheme, new GptqOptions(), 1);
        Assert.True(result.KeptRoundToNearest);
        Assert.True(double.IsNaN(result.Error));
        Assert.Equal(Quantized.Matrix(weights, 4, Columns, scheme).Codes, result.Matrix.Pack().Codes);
    }

    [Fact]
    public void Dead_columns_become_zero_and_leave_the_damping_in_scale()
    {
        float[] inputs = CorrelatedInputs.Rows(300, Columns, seed: 38);
        for (int i = 0; i < inputs.Length; i++)
        {
            inputs[i] *= i % Columns is 3 or 40 ? 0 : 1e-3f;
        }

        var options = new GptqOptions { Damping = 0.01 };
        GptqInput input = GptqInput.Prepare(CorrelatedInputs.Hessian(inputs, Columns), Columns, 300, options, 1);
        Assert.Equal([3, 40], input.Dead);
        Assert.True(input.Hessian.Max() < 1e-3f);
        GptqResult result = GptqQuantizer.Quantize(Gaussian.Values(5 * Columns, seed: 39), 5, null, input, new QuantizationScheme(4, 32, symmetric: false), options, 1);
        var values = new float[5 * Columns];
        result.Matrix.Dequantize(values);
        Assert.All(Enumerable.Range(0, 5), row => Assert.Equal(0, values[(row * Columns) + 40]));
    }

    [Fact]
    public void Equal_diagonals_keep_their_order()
    {
        float[] hessian = [2, 0, 0, 0, 3, 0, 0, 0, 2];
        Assert.Equal([1, 0, 2], ActivationOrder.ByDiagonal(hessian, 3));
    }

    [Fact]
    public void With_few_rows_the_other_half_asks_for_more_damping_than_with_many()
    {
        const int Wide = 256, Outputs = 24;
        float[] weights = Gaussian.Values(Outputs * Wide, seed: 40);
        var scheme = new QuantizationScheme(4, 64, symmetric: false);
        double few = Choose(64), many = Choose(8192);
        Assert.Equal(.1, few);
        Assert.InRange(many, .01, .05);

        double Choose(int rows) => DampingChoice.ByHalves(
            CorrelatedInputs.Hessian(CorrelatedInputs.Rows(rows, Wide, seed: 41), Wide),
            CorrelatedInputs.Hessian(CorrelatedInputs.Rows(rows, Wide, seed: 43), Wide),
            Wide, rows, weights, Outputs, scheme, new GptqOptions { Rounds = 0 }, 1);
    }

    [Fact]
    public void Lengths_that_do_not_fit_are_refused()
    {
        GptqInput input = GptqInput.Prepare(CorrelatedInputs.Hessian(CorrelatedInputs.Rows(200, Columns, seed: 36), Columns), Columns, 200, new GptqOptions(), 1);
        var scheme = new QuantizationScheme(4, 32, symmetric: true);
        Assert.Throws<ArgumentException>(() => GptqInput.Prepare(new float[12], 4, 1, new GptqOptions(), 1));
        Assert.Throws<ArgumentException>(() => GptqQuantizer.Quantize(new float[Columns], 2, null, input, scheme, new GptqOptions(), 1));
        Assert.Throws<ArgumentException>(() => GptqQuantizer.Quantize(new float[Columns], 1, new float[3], input, scheme, new GptqOptions(), 1));
        Assert.Throws<NonFiniteWeightException>(() => GptqQuantizer.Quantize([.. Enumerable.Repeat(float.NaN, Columns)], 1, null, input, scheme, new GptqOptions(), 1));
        Assert.Throws<ArgumentException>(() => new CodedMatrix(1, 4, 4, 32, true, new byte[3], new Half[1], new byte[1]));
    }
}
