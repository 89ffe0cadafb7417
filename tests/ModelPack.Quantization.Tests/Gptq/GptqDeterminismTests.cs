using System.Runtime.Intrinsics;
using ModelPack.Quantization;
using ModelPack.Quantization.Gptq;
using ModelPack.Quantization.Lanes;

namespace ModelPack.Tests;

public sealed class GptqDeterminismTests
{
    private static readonly GptqOptions Options = new() { GroupSearch = true };

    [Theory]
    [InlineData(17, 100, 2, 16, false)]
    [InlineData(300, 352, 4, 32, true)]
    [InlineData(257, 33, 4, 64, false)]
    public void The_bytes_do_not_depend_on_the_number_of_threads(int rows, int columns, int bits, int groupSize, bool symmetric)
    {
        GptqResult expected = Quantize(rows, columns, new CodeFormat(bits, groupSize, symmetric), threads: 1);
        foreach (int threads in (ReadOnlySpan<int>)[2, 3])
        {
            Same(expected, Quantize(rows, columns, new CodeFormat(bits, groupSize, symmetric), threads));
        }
    }

    [Theory]
    [InlineData(1, 33)]
    [InlineData(3, 100)]
    [InlineData(17, 352)]
    public void Every_vector_width_gives_the_scalar_references_bytes(int rows, int columns)
    {
        var format = new CodeFormat(4, 32, Symmetric: false);
        GptqResult expected = Run<Lanes1, float>(rows, columns, format);
        Same(expected, Run<Lanes4, Vector128<float>>(rows, columns, format));
        Same(expected, Run<Lanes8, Vector256<float>>(rows, columns, format));
        Same(expected, Run<Lanes16, Vector512<float>>(rows, columns, format));
    }

    [Theory]
    [InlineData(1, 33, 16)]
    [InlineData(3, 100, 256)]
    [InlineData(17, 352, 128)]
    public void Odd_sizes_pack_into_what_they_mean(int rows, int columns, int groupSize)
    {
        var scheme = new QuantizationScheme(4, groupSize, symmetric: false);
        GptqResult result = Quantize(rows, columns, CodeFormat.Of(scheme), threads: 1);
        var values = new float[rows * columns];
        result.Matrix.Dequantize(values);
        QuantizedMatrix packed = result.Matrix.Pack();
        Assert.Equal(Dequantization.Dequantize(packed), values);
        Assert.Equal(scheme, packed.Scheme);
        Assert.InRange(result.Error, 0, result.RoundToNearestError);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(8)]
    public void Symmetric_matrices_pack_without_zero_points(int bits)
    {
        GptqResult result = Quantize(5, 70, new CodeFormat(bits, 32, Symmetric: true), threads: 1);
        var values = new float[5 * 70];
        result.Matrix.Dequantize(values);
        Assert.Equal(Dequantization.Dequantize(result.Matrix.Pack()), values);
        Assert.Empty(result.Matrix.Pack().ZeroPoints);
    }

    private static GptqInput Input(int columns) =>
        GptqInput.Prepare(CorrelatedInputs.Hessian(CorrelatedInputs.Rows(3 * columns, columns, seed: 25), columns), columns, 3 * columns, Options, 1);

    private static GptqResult Quantize(int rows, int columns, CodeFormat format, int threads) =>
        GptqQuantizer.Quantize(Gaussian.Values(rows * columns, seed: 26), rows, null, Input(columns), format, Options, threads);

    private static GptqResult Run<TLanes, TVector>(int rows, int columns, CodeFormat format)
        where TLanes : ILanes<TVector>
        where TVector : struct =>
        GptqQuantizer.Run<TLanes, TVector>(Gaussian.Values(rows * columns, seed: 26), rows, Gaussian.Values(rows * columns, seed: 27), Input(columns), format, Options, 1);

    private static void Same(GptqResult expected, GptqResult actual)
    {
        Assert.Equal(expected.Matrix.Codes, actual.Matrix.Codes);
        Assert.Equal(expected.Matrix.Scales, actual.Matrix.Scales);
        Assert.Equal(expected.Matrix.ZeroPoints, actual.Matrix.ZeroPoints);
        Assert.Equal(expected.Error, actual.Error);
    }
}
