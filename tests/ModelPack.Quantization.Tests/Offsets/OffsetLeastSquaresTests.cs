using ModelPack.Quantization;
using ModelPack.Quantization.Offsets;

namespace ModelPack.Tests;

public sealed class OffsetLeastSquaresTests
{
    // docs: error of Gaussian weights at 4 bits relative to their variance, and 10 to 11 % below half-quadratic quantization.
    [Theory]
    [InlineData(16, 0.00318)]
    [InlineData(32, 0.00487)]
    [InlineData(64, 0.00666)]
    [InlineData(128, 0.00830)]
    public void Four_bits_of_normal_weights_leave_the_known_error(int groupSize, double expected)
    {
        const int Columns = 2048;
        float[] weights = Gaussian.Values(1 << 18, seed: 17);
        var scheme = new QuantizationScheme(4, groupSize, CodeGrid.Offsets);
        double error = SquaredError.Mean(weights, Dequantization.Dequantize(Quantize(weights, Columns, scheme)));
        double halfQuadratic = SquaredError.Mean(weights, Dequantization.Dequantize(HalfQuadratic.Quantize(weights, Columns, scheme, threads: 2)));
        Assert.InRange(error, 0.98 * expected, 1.02 * expected);
        Assert.InRange(error / halfQuadratic, 0, 0.92);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(8)]
    public void Partial_groups_and_equal_weights_are_coded(int bits)
    {
        float[] weights = Gaussian.Values(3 * 45, seed: bits);
        weights.AsSpan(45, 45).Fill(-0.5f);
        var scheme = new QuantizationScheme(bits, 16, CodeGrid.Offsets);
        float[] values = Dequantization.Dequantize(Quantize(weights, 45, scheme));
        Assert.All(values[45..90], value => Assert.Equal(-0.5f, value));
        Assert.InRange(SquaredError.Mean(weights, values), 0, 1.0 / (1 << (2 * bits)));
    }

    private static QuantizedMatrix Quantize(float[] weights, int columns, QuantizationScheme scheme)
    {
        int rows = weights.Length / columns;
        var matrix = new QuantizedMatrix(
            scheme, rows, columns, new byte[rows * scheme.CodeBytesPerRow(columns)], new Half[rows * scheme.GroupsPerRow(columns)], new byte[rows * scheme.ZeroPointBytesPerRow(columns)]);
        OffsetLeastSquares.QuantizeRows(weights, columns, scheme, matrix.Codes, matrix.Scales, matrix.ZeroPoints);
        return matrix;
    }
}
