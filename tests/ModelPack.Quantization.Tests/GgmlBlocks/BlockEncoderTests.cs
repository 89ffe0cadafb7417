using ModelPack.Formats.Gguf;
using ModelPack.Quantization;
using ModelPack.Quantization.GgmlBlocks;

namespace ModelPack.Tests.GgmlBlocks;

public sealed class BlockEncoderTests
{
    private const int Columns = 512;

    public static TheoryData<BlockFormat> Formats() => EncodedBlocks.Formats();

    [Theory]
    [MemberData(nameof(Formats))]
    public void Shapes_are_those_of_the_file_format(BlockFormat format)
    {
        BlockShape shape = BlockShape.Of(format);
        GgufBlockShape stored = GgufBlocks.Shape(new EncodedBlocks(format, 0).Type);
        Assert.Equal(format, shape.Format);
        Assert.Equal(stored.ElementsPerBlock, shape.Elements);
        Assert.Equal(stored.SubBlockElements, shape.SubBlockElements);
        Assert.Equal(stored.CodeBits, shape.CodeBits);
        Assert.Equal(stored.HasMinimums, shape.HasMinimums);
        Assert.Equal(stored.HasSubScales, shape.SubScaleBits > 0);
        Assert.Equal(new EncodedBlocks(format, 0).Type.BytesPerBlock() * 8.0 / shape.Elements, shape.BitsPerWeight);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void More_bits_come_back_with_less_error_and_all_within_a_bound(BlockFormat format)
    {
        float[] values = Gaussian.Values(32 * Columns, seed: 1);
        double error = SquaredError.Relative(values, EncodedBlocks.Encode(format, values, Columns).Decode());

        // Uniform noise of the best step for a normal source falls by 4 a bit; 0.12 at 2 bits is Lloyd's and Max's quantizer.
        Assert.InRange(error, 0, 0.12 * Math.Pow(4, 2 - BlockShape.Of(format).CodeBits) * 1.5);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Zeros_stay_zeros(BlockFormat format)
    {
        foreach (float[]? importance in new[] { null, new float[Columns], Array.ConvertAll(Gaussian.Values(Columns, seed: 2), Math.Abs) })
        {
            Assert.All(EncodedBlocks.Encode(format, new float[3 * Columns], Columns, importance).Decode(), x => Assert.Equal(0, x));
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Blocks_of_one_sign_come_back(BlockFormat format)
    {
        foreach (float sign in new[] { 1f, -1f })
        {
            float[] values = Array.ConvertAll(Gaussian.Values(4 * Columns, seed: 3), x => sign * (Math.Abs(x) + 0.1f));
            float[] decoded = EncodedBlocks.Encode(format, values, Columns).Decode();
            Assert.InRange(SquaredError.Relative(values, decoded), 0, BlockShape.Of(format).CodeBits <= 3 ? 0.1 : 0.01);
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Scales_stay_finite_whatever_the_size_of_the_values(BlockFormat format)
    {
        foreach (float size in new[] { 1e-45f, 1e-38f, 1e-20f, 1e-9f, 1e-6f, 1e5f, 1e9f, 1e20f, 8e37f })
        {
            float[] values = Array.ConvertAll(Gaussian.Values(3 * Columns, seed: 4), x => x * size);
            EncodedBlocks blocks = EncodedBlocks.Encode(format, values, Columns);
            Assert.All(blocks.Scales, x => Assert.True(Half.IsFinite(x)));
            Assert.All(blocks.Minimums, x => Assert.True(Half.IsFinite(x)));
            Assert.InRange(SquaredError.Relative(values, blocks.Decode()), 0, 1.0001);
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Importance_moves_the_error_to_the_columns_that_count_less(BlockFormat format)
    {
        float[] values = Gaussian.Values(16 * Columns, seed: 5);
        float[] importance = [.. Enumerable.Range(0, Columns).Select(i => i % 4 == 0 ? 1f : 0f)];
        double plain = ImportantError(values, EncodedBlocks.Encode(format, values, Columns).Decode());
        double weighted = ImportantError(values, EncodedBlocks.Encode(format, values, Columns, importance).Decode());
        Assert.True(weighted < plain, $"{weighted} is not below {plain}");
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Rows_are_encoded_alike_together_and_alone_on_any_thread(BlockFormat format)
    {
        const int Rows = 13;
        float[] values = Gaussian.Student5(Rows * Columns, seed: 6);
        float[] importance = Array.ConvertAll(Gaussian.Values(Columns, seed: 7), x => x * x);
        byte[] together = EncodedBlocks.Encode(format, values, Columns, importance).Pack();
        byte[][] alone = new byte[Rows][];
        Parallel.For(0, Rows, row => alone[row] = EncodedBlocks.Encode(format, values[(row * Columns)..((row + 1) * Columns)], Columns, importance).Pack());
        Assert.Equal(together, alone.SelectMany(bytes => bytes));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void What_is_not_finite_or_does_not_fit_is_refused(BlockFormat format)
    {
        float[] values = new float[2 * Columns];
        values[Columns + 3] = float.NaN;
        var error = Assert.Throws<NonFiniteWeightException>(() => EncodedBlocks.Encode(format, values, Columns));
        Assert.Equal((1, 3), (error.Row, error.Column));
        values[Columns + 3] = 0;
        Assert.Throws<ArgumentException>(() => EncodedBlocks.Encode(format, values, Columns, new float[Columns - 1]));
        Assert.Throws<ArgumentException>(() => EncodedBlocks.Encode(format, values, Columns, [.. Enumerable.Repeat(-1f, Columns)]));
        Assert.Throws<ArgumentException>(() => EncodedBlocks.Encode(format, values, columns: 48));
        Assert.Throws<ArgumentException>(() => BlockEncoder.Encode(format, values, Columns, [], new EncodedBlocks(format, Columns).Fields));
    }

    private static double ImportantError(float[] values, float[] decoded)
    {
        double sum = 0;
        for (int i = 0; i < values.Length; i += 4)
        {
            sum += Math.Pow(values[i] - decoded[i], 2);
        }

        return sum;
    }
}
