using ModelPack.Quantization;

namespace ModelPack.Tests;

public sealed class DequantizationTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(8)]
    public void Vectors_give_the_values_of_the_scalar_path_to_the_last_bit(int bits)
    {
        var scheme = new QuantizationScheme(bits, 32, symmetric: false);
        foreach (int columns in new[] { 1, 7, 8, 9, 31, 32, 33, 100, 352 })
        {
            QuantizedMatrix matrix = Quantized.Matrix(Gaussian.Values(3 * columns, seed: columns), 3, columns, scheme);
            float[] values = Dequantization.Dequantize(matrix);
            int groups = scheme.GroupsPerRow(columns), groupBytes = 32 * bits / 8;
            for (int row = 0; row < 3; row++)
            {
                for (int group = 0; group < groups; group++)
                {
                    var expected = new float[Math.Min(32, columns - (group * 32))];
                    int index = (row * groups) + group;
                    int zero = CodePacking.Unpack(matrix.ZeroPoints.AsSpan(row * scheme.ZeroPointBytesPerRow(columns)), bits, group);
                    Dequantization.DequantizeOneByOne(matrix.Codes.AsSpan(index * groupBytes, groupBytes), bits, (float)matrix.Scales[index], zero, offset: 0, expected, 0);
                    Assert.Equal(expected, values.AsSpan((row * columns) + (group * 32), expected.Length).ToArray());
                }
            }
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(8)]
    public void Offsets_are_added_alike_by_vectors_and_by_the_scalar_path(int bits)
    {
        var scheme = new QuantizationScheme(bits, 16, CodeGrid.Offsets);
        foreach (int columns in new[] { 1, 7, 8, 9, 16, 17, 45 })
        {
            QuantizedMatrix matrix = HalfQuadratic.Quantize(Gaussian.Values(3 * columns, seed: columns), columns, scheme, threads: 1);
            float[] values = Dequantization.Dequantize(matrix);
            int groups = scheme.GroupsPerRow(columns);
            for (int index = 0; index < matrix.Scales.Length; index++)
            {
                var expected = new float[Math.Min(16, columns - (index % groups * 16))];
                float offset = (float)BitConverter.ToHalf(matrix.ZeroPoints, 2 * index);
                Dequantization.DequantizeOneByOne(matrix.Codes.AsSpan(index * 2 * bits), bits, (float)matrix.Scales[index], scheme.MiddleCode, offset, expected, 0);
                Assert.Equal(expected, values.AsSpan((index / groups * columns) + (index % groups * 16), expected.Length).ToArray());
            }
        }
    }
}
