using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using ModelPack.Quantization.Activations;

namespace ModelPack.Tests.Quantization.Activations;

public sealed class ChannelQuantizerTests
{
    [Theory]
    [InlineData(127)]
    [InlineData(384)]
    [InlineData(1531)]
    public void No_scale_within_the_pair_limit_is_much_better(int length)
    {
        float[] weights = Gaussian.Student5(length, length);
        var codes = new sbyte[length];
        float scale = ChannelQuantizer.Quantize(weights, codes);
        double error = Error(weights, codes, scale);
        float largest = weights.Max(Math.Abs);
        for (int i = 1; i <= 400; i++)
        {
            float other = largest / 127 * i / 200;
            sbyte[] rounded = [.. weights.Select(w => (sbyte)Math.Clamp(MathF.Round(w / other), -127, 127))];
            PairLimit.Apply(rounded);
            Assert.True(error <= (1.25 * Error(weights, rounded, other)) + 1e-12, $"scale {other} beats {scale}");
        }
    }

    [Fact]
    public void Seven_bits_everywhere_lose_more()
    {
        float[] weights = Gaussian.Values(64 * 384, 11);
        double pairs = 0, reduced = 0;
        for (int row = 0; row < 64; row++)
        {
            float[] line = weights[(row * 384)..((row + 1) * 384)];
            var codes = new sbyte[384];
            pairs += Error(line, codes, ChannelQuantizer.Quantize(line, codes));
            AffineScale seven = AffineScale.Of(new ActivationRange(line.Min(), line.Max()), CodeSpan.Int8Reduced);
            reduced += line.Sum(w => Math.Pow(w - seven.Decode(seven.Encode(w)), 2));
        }

        Assert.True(pairs < 0.6 * reduced, $"{pairs} against {reduced}");
    }

    [SkippableFact]
    public void The_instruction_that_saturates_gives_the_exact_sum_of_limited_pairs()
    {
        Skip.IfNot(Avx2.IsSupported, "vpmaddubsw needs AVX2");
        float[] weights = [.. Gaussian.Student5(32 * 100, 12).Select(w => w * 3)];
        var codes = new sbyte[weights.Length];
        ChannelQuantizer.Quantize(weights, codes);
        sbyte[] unlimited = Array.ConvertAll(weights, w => (sbyte)Math.Clamp(MathF.Round(w / (weights.Max(Math.Abs) / 127)), -127, 127));
        Assert.True(PairLimit.Holds(codes));

        // The worst activations: 255 where a weight is positive, or where it is negative.
        foreach (int sign in new[] { 1, -1 })
        {
            byte[] activations = [.. weights.Select(w => Math.Sign(w) == sign ? (byte)255 : (byte)0)];
            Assert.Equal(Exact(activations, codes), Saturating(activations, codes));
        }

        sbyte[] extreme = [.. Enumerable.Repeat((sbyte)127, 32)];
        Assert.NotEqual(Exact([.. Enumerable.Repeat((byte)255, 32)], extreme), Saturating([.. Enumerable.Repeat((byte)255, 32)], extreme));
        Assert.False(PairLimit.Holds(extreme));
        PairLimit.Apply(extreme);
        Assert.All(extreme, code => Assert.Equal(64, code));
        Assert.Equal(unlimited.Length, codes.Length);
    }

    [Fact]
    public void Every_pair_of_codes_is_brought_within_the_limit_by_the_smallest_step()
    {
        for (int first = -127; first <= 127; first++)
        {
            for (int second = -127; second <= 127; second++)
            {
                sbyte[] pair = [(sbyte)first, (sbyte)second];
                PairLimit.Apply(pair);
                Assert.True(PairLimit.Holds(pair));
                int excess = Math.Sign(first) == Math.Sign(second) ? Math.Max(0, Math.Abs(first + second) - 128) : 0;
                Assert.Equal(excess, Math.Abs(first - pair[0]) + Math.Abs(second - pair[1]));
                Assert.InRange(Math.Abs(first - pair[0]) - Math.Abs(second - pair[1]), -1, 1);
            }
        }
    }

    [Fact]
    public void Zeros_have_scale_one_and_a_least_scale_is_kept()
    {
        var codes = new sbyte[3];
        Assert.Equal(1, ChannelQuantizer.Quantize([0, 0, 0], codes));
        Assert.Equal(0.5f, ChannelQuantizer.Quantize([1, -2, 0], codes, leastScale: 0.5f));
        Assert.Equal([2, -4, 0], codes);
    }

    private static double Error(float[] weights, sbyte[] codes, float scale) => weights.Zip(codes, (w, c) => Math.Pow(w - ((double)c * scale), 2)).Sum();

    private static long Exact(byte[] activations, sbyte[] codes) => activations.Zip(codes, (a, c) => (long)a * c).Sum();

    private static long Saturating(byte[] activations, sbyte[] codes)
    {
        long sum = 0;
        for (int i = 0; i < codes.Length; i += Vector256<byte>.Count)
        {
            Vector256<short> pairs = Avx2.MultiplyAddAdjacent(Vector256.Create(activations, i), Vector256.Create(codes, i));
            for (int j = 0; j < Vector256<short>.Count; j++)
            {
                sum += pairs[j];
            }
        }

        return sum;
    }
}
