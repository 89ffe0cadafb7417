using ModelPack.Formats.Gguf;
using ModelPack.Packing.Writing.Gguf;
using ModelPack.Quantization;

namespace ModelPack.Tests.Writing.Gguf;

public sealed class BlockEncodingTests
{
    private const int Rows = 7;
    private const int Columns = 768;

    public static TheoryData<GgufTensorType> Types() => [.. BlockEncoding.Types];

    [Fact]
    public void Every_type_that_blocks_can_be_put_together_of_has_an_encoder() =>
        Assert.Equal(GgufBlocks.Types.Order(), BlockEncoding.Types.Order());

    [Theory]
    [MemberData(nameof(Types))]
    public void Blocks_decode_to_the_values_within_the_error_of_their_bits(GgufTensorType type)
    {
        float[] values = Values(seed: 1);
        byte[] bytes = Encode(type, values, []);
        var decoded = new float[values.Length];
        GgufBlocks.ToFloat32(type, bytes, decoded);
        double error = values.Zip(decoded, (x, y) => Math.Pow(x - y, 2)).Sum() / values.Sum(x => Math.Pow(x, 2));

        // Lloyd's and Max's quantizer of a normal source has 0.12 at 2 bits; every bit more divides by nearly 4.
        Assert.InRange(error, 0, 0.12 * Math.Pow(4, 2 - GgufBlocks.Shape(type).CodeBits) * 1.5);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Rows_encoded_on_several_threads_have_the_same_bytes(GgufTensorType type)
    {
        float[] values = Values(seed: 2), importance = [.. Values(seed: 3).Take(Columns).Select(x => x * x)];
        byte[] together = Encode(type, values, importance);
        byte[][] alone = new byte[Rows][];
        Parallel.For(0, Rows, row => alone[row] = Encode(type, values[(row * Columns)..((row + 1) * Columns)], importance));
        Assert.Equal(together, alone.SelectMany(bytes => bytes));
    }

    [Fact]
    public void Other_types_and_other_lengths_are_refused()
    {
        Assert.Throws<ArgumentException>(() => BlockEncoding.Encode(GgufTensorType.F16, new float[32], 32, [], new byte[64]));
        Assert.Throws<ArgumentException>(() => BlockEncoding.Encode(GgufTensorType.Q4_0, new float[32], 32, [], new byte[17]));
        Assert.Throws<NonFiniteWeightException>(() => Encode(GgufTensorType.Q4_0, [.. Enumerable.Repeat(float.PositiveInfinity, Columns)], []));
    }

    private static byte[] Encode(GgufTensorType type, float[] values, float[] importance)
    {
        byte[] bytes = new byte[values.Length / type.ElementsPerBlock() * type.BytesPerBlock()];
        BlockEncoding.Encode(type, values, Columns, importance, bytes);
        return bytes;
    }

    private static float[] Values(int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, Rows * Columns).Select(_ => (float)(0.02 * Enumerable.Range(0, 12).Sum(_ => random.NextDouble() - 0.5)))];
    }
}
