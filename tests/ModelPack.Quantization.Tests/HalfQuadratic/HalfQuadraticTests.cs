using ModelPack.Quantization;

namespace ModelPack.Tests;

public sealed class HalfQuadraticTests
{
    [SkippableTheory]
    [InlineData("hqq-4bit-g64", 4, 64)]
    [InlineData("hqq-4bit-g32-outliers", 4, 32)]
    [InlineData("hqq-3bit-g32", 3, 32)]
    [InlineData("hqq-2bit-g32", 2, 32)]
    public void Codes_and_error_are_those_of_the_published_implementation(string file, int bits, int groupSize)
    {
        using var golden = new GoldenTensors($"goldens/hqq/{file}.safetensors");
        float[] weights = golden.Floats("W");
        int columns = golden.Columns("W");
        float[] scales = new float[golden.Floats("scales").Length], zeroPoints = new float[scales.Length];
        HalfQuadraticSolver.Start(weights, columns, groupSize, bits, scales, zeroPoints, roundZeroPoints: bits == 4);
        HalfQuadraticSolver.Refine(weights, columns, groupSize, bits, scales, zeroPoints, threads: 2);
        var codes = new byte[weights.Length];
        HalfQuadraticSolver.Encode(weights, columns, groupSize, bits, scales, zeroPoints, codes);

        byte[] expected = golden.Bytes("codes");
        int equal = codes.Zip(expected).Count(pair => pair.First == pair.Second);
        Assert.InRange(equal, 0.99 * expected.Length, expected.Length);
        float[] values = [.. codes.Select((code, i) => (code - zeroPoints[i / groupSize]) * scales[i / groupSize])];
        double theirs = SquaredError.Mean(weights, golden.Floats("dequantized"));
        Assert.InRange(SquaredError.Mean(weights, values), 0.99 * theirs, 1.01 * theirs);
    }

    [SkippableTheory]
    [InlineData("hqq-4bit-g64", 4, 64)]
    [InlineData("hqq-4bit-g32-outliers", 4, 32)]
    [InlineData("hqq-2bit-g32", 2, 32)]
    public void Stored_in_float16_the_error_is_not_larger_than_the_published_one(string file, int bits, int groupSize)
    {
        using var golden = new GoldenTensors($"goldens/hqq/{file}.safetensors");
        float[] weights = golden.Floats("W");
        QuantizedMatrix matrix = HalfQuadratic.Quantize(weights, golden.Columns("W"), new QuantizationScheme(bits, groupSize, CodeGrid.Offsets), threads: 1);
        double theirs = SquaredError.Mean(weights, golden.Floats("dequantized"));
        Assert.InRange(SquaredError.Mean(weights, Dequantization.Dequantize(matrix)), 0.9 * theirs, 1.01 * theirs);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(5)]
    public void The_result_does_not_depend_on_the_number_of_threads(int threads)
    {
        float[] weights = Gaussian.Student5(101 * 75, seed: 3);
        var scheme = new QuantizationScheme(4, 32, CodeGrid.Offsets);
        QuantizedMatrix expected = HalfQuadratic.Quantize(weights, 75, scheme, threads: 2), actual = HalfQuadratic.Quantize(weights, 75, scheme, threads);
        Assert.Equal(expected.Codes, actual.Codes);
        Assert.Equal(expected.Scales, actual.Scales);
        Assert.Equal(expected.ZeroPoints, actual.ZeroPoints);
    }

    [Fact]
    public void Vectors_give_the_sums_of_the_scalar_path_to_the_last_bit()
    {
        foreach (int count in new[] { 1, 7, 8, 9, 16, 31, 33, 100, 256 })
        {
            // Errors on both sides of the shrinkage's threshold.
            float[] weights = Gaussian.Values(count, seed: count);
            var shrinkage = new ShrinkageStep(10);
            float vectors = 1.75f, scalar = 1.75f;
            float error = ZeroPointStep.Run(weights, 1.25f, 3, shrinkage, ref vectors);
            float[] errors = new float[8], zeros = new float[8];
            ZeroPointStep.OneByOne(weights, 1.25f, 3, shrinkage, scalar, errors, zeros, 0);
            scalar = zeros.Aggregate(0f, (sum, lane) => sum + lane) / count;
            Assert.Equal(errors.Aggregate(0f, (sum, lane) => sum + lane), error);
            Assert.Equal(scalar, vectors);
        }
    }

    [Fact]
    public void Shrinkage_solves_the_subproblem_of_the_norm()
    {
        var shrinkage = new ShrinkageStep(10);
        Assert.Equal(0, shrinkage.Apply(0));
        Assert.Equal(0, shrinkage.Apply(0.9f * shrinkage.Threshold));
        // x - x^-0.3 / 10 at x = 1, and odd.
        Assert.Equal(0.9f, shrinkage.Apply(1), 6);
        Assert.Equal(-0.9f, shrinkage.Apply(-1), 6);
    }

    [Fact]
    public void Groups_of_zeros_of_equal_weights_and_of_tiny_weights_keep_their_values()
    {
        var weights = new float[4 * 32];
        weights.AsSpan(32, 32).Fill(0.37f);
        weights.AsSpan(64, 32).Fill(-3e-5f);
        for (int i = 0; i < 32; i++)
        {
            weights[96 + i] = (i - 11) * 4e-6f;
        }

        float[] values = Dequantization.Dequantize(HalfQuadratic.Quantize(weights, 32, new QuantizationScheme(4, 32, CodeGrid.Offsets), threads: 1));
        Assert.All(values[..32], value => Assert.Equal(0, value));
        Assert.All(values[32..64], value => Assert.Equal(0.37f, value, 0.37f * 1e-3f));
        Assert.All(values[64..96], value => Assert.Equal(-3e-5f, value, 3e-8f));
        Assert.All(values[96..].Zip(weights[96..]), pair => Assert.Equal(pair.Second, pair.First, 6e-6f));
    }

    [Fact]
    public void Weights_that_are_no_numbers_are_refused()
    {
        var weights = new float[64];
        weights[40] = float.NaN;
        NonFiniteWeightException error = Assert.Throws<NonFiniteWeightException>(() => HalfQuadratic.Quantize(weights, 32, new QuantizationScheme(4, 32, CodeGrid.Offsets), threads: 1));
        Assert.Equal((1, 8), (error.Row, error.Column));
    }
}
