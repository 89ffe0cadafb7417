using System.Runtime.Intrinsics;
using ModelPack.Quantization;
using ModelPack.Quantization.Lanes;

namespace ModelPack.Tests;

/// <summary>The vector paths against the scalar one, on whatever processor the test runs: a width without hardware support is computed in parts.</summary>
public sealed class LaneWidthTests
{
    private static readonly int[] Columns = [1, 2, 15, 16, 17, 31, 33, 64, 100, 127, 256, 352, 511];

    public static TheoryData<int, int, bool, bool> Schemes()
    {
        var data = new TheoryData<int, int, bool, bool>();
        foreach (int bits in new[] { 2, 4, 8 })
        {
            foreach (int group in new[] { 16, 32, 64, 128, 256 })
            {
                data.Add(bits, group, true, false);
                data.Add(bits, group, false, false);
                data.Add(bits, group, false, true);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Schemes))]
    public void Every_vector_width_gives_the_codes_and_scales_of_the_scalar_path(int bits, int groupSize, bool symmetric, bool weighted)
    {
        var scheme = new QuantizationScheme(bits, groupSize, symmetric);
        foreach (int columns in Columns)
        {
            float[] weights = Spread(Gaussian.Values(5 * columns, seed: columns + bits), columns);
            float[] importance = weighted ? Array.ConvertAll(Gaussian.Values(columns, seed: 7), x => x * x) : [];
            QuantizedMatrix scalar = Run<Lanes1, float>(weights, columns, scheme, importance);
            AssertSame(scalar, Run<Lanes4, Vector128<float>>(weights, columns, scheme, importance));
            AssertSame(scalar, Run<Lanes8, Vector256<float>>(weights, columns, scheme, importance));
            AssertSame(scalar, Run<Lanes16, Vector512<float>>(weights, columns, scheme, importance));
        }
    }

    [Fact]
    public void Transposition_in_blocks_moves_every_weight_as_the_scalar_one_does()
    {
        foreach ((int rows, int columns) in new[] { (8, 16), (16, 32), (8, 8), (4, 16), (16, 256) })
        {
            float[] source = Gaussian.Values(rows * columns, seed: 3);
            var expected = new float[source.Length];
            var actual = new float[source.Length];
            Transposition.TransposeOneByOne(source, columns, expected, rows);
            Transposition.Transpose(source, columns, actual, rows);
            Assert.Equal(expected, actual);
            Assert.Equal(source[columns + 3], actual[(3 * rows) + 1]);
        }
    }

    /// <summary>Rows of very different size: zero, one-signed, tiny, huge.</summary>
    private static float[] Spread(float[] weights, int columns)
    {
        for (int i = 0; i < weights.Length; i++)
        {
            weights[i] = (i / columns) switch
            {
                0 => 0,
                1 => Math.Abs(weights[i]) + 1,
                2 => weights[i] * 1e-38f,
                3 => weights[i] * 3e37f,
                _ => weights[i],
            };
        }

        return weights;
    }

    private static QuantizedMatrix Run<TLanes, TVector>(float[] weights, int columns, QuantizationScheme scheme, float[] importance)
        where TLanes : ILanes<TVector>
        where TVector : struct
    {
        int rows = weights.Length / columns;
        var codes = new byte[rows * scheme.CodeBytesPerRow(columns)];
        var scales = new Half[rows * scheme.GroupsPerRow(columns)];
        var zeroPoints = new byte[rows * scheme.ZeroPointBytesPerRow(columns)];
        GroupQuantizer.Run<TLanes, TVector>(weights, columns, scheme, ImportanceScaling.Normalize(importance, columns), codes, scales, zeroPoints);
        return new QuantizedMatrix(scheme, rows, columns, codes, scales, zeroPoints);
    }

    private static void AssertSame(QuantizedMatrix expected, QuantizedMatrix actual)
    {
        Assert.Equal(expected.Codes, actual.Codes);
        Assert.Equal(expected.Scales, actual.Scales);
        Assert.Equal(expected.ZeroPoints, actual.ZeroPoints);
    }
}
