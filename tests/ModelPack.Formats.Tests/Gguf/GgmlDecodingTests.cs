using System.Runtime.InteropServices;
using ModelPack.Formats.Gguf;
using ModelPack.Formats.Gguf.Blocks;
using ModelPack.LlamaCpp;

namespace ModelPack.Tests.Gguf;

/// <summary>Decoding against ggml itself.</summary>
public class GgmlDecodingTests
{
    private const int BlockCount = 501;

    public static TheoryData<GgufTensorType> Types() => [.. BlockDecoding.Types];

    public static TheoryData<string> ReferenceFiles() =>
    [
        "stories260K-F32", "stories260K-F16", "stories260K-BF16", "stories260K-Q8_0", "stories260K-Q5_1", "stories260K-Q5_0", "stories260K-Q4_1",
        "stories260K-Q4_0", "stories260K-IQ4_NL", "babyllama-tok105-Q8_0", "babyllama-tok105-Q4_1", "babyllama-tok105-Q4_0",
    ];

    [SkippableTheory]
    [MemberData(nameof(Types))]
    public void Random_blocks_decode_to_ggmls_values_bit_for_bit(GgufTensorType type)
    {
        RequireLibraries();
        byte[] blocks = RandomBlocks(type);
        float[] expected = Ggml.Dequantize((int)type, blocks);
        var actual = new float[expected.Length];
        BlockDecoding.ToFloat32(type, blocks, actual);
        AssertSameBits(expected, actual);
        BlockDecoding.ToFloat32Scalar(type, blocks, actual);
        AssertSameBits(expected, actual);
        Assert.True(expected.Distinct().Count() > 1000);
    }

    [SkippableTheory]
    [MemberData(nameof(ReferenceFiles))]
    public void Files_of_llama_cpp_decode_to_ggmls_values_bit_for_bit(string name)
    {
        RequireLibraries();
        using GgufFile file = GgufFile.Open(SharedFolder.Require($"models/gguf-reference/{name}.gguf"));
        foreach (GgufTensor tensor in file.Tensors)
        {
            byte[] bytes = new byte[tensor.ByteLength];
            tensor.ReadBytes(0, bytes);
            var actual = new float[tensor.ElementCount];
            tensor.ReadFloat32(0, actual);
            AssertSameBits(Ggml.Dequantize((int)tensor.Type, bytes), actual);
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Types))]
    public void Sizes_of_blocks_are_ggmls(GgufTensorType type)
    {
        RequireLibraries();
        Assert.Equal(Ggml.BlockElements((int)type), type.ElementsPerBlock());
        Assert.Equal(Ggml.BlockBytes((int)type), type.BytesPerBlock());
        Assert.Equal(Ggml.TypeName((int)type), type.ToString(), ignoreCase: true);
    }

    // Any codes and sub-scales; scales are finite, since the payload of a NaN is nobody's promise.
    private static byte[] RandomBlocks(GgufTensorType type)
    {
        var random = new Random((int)type);
        byte[] blocks = new byte[BlockCount * type.BytesPerBlock()];
        if (GgufBlocks.Types.Contains(type))
        {
            var parts = new UnpackedBlocks(type, BlockCount);
            parts.Fill(random);
            foreach (Half[] halves in (Half[][])[parts.Scales, parts.Minimums])
            {
                for (int i = 0; i < halves.Length; i++)
                {
                    halves[i] = Half.IsFinite(halves[i]) ? halves[i] : Half.Epsilon;
                }
            }

            return parts.Pack();
        }

        int bytes = type.BytesPerBlock();
        blocks = new byte[8192 * bytes];
        random.NextBytes(blocks);
        if (type == GgufTensorType.MXFP4)
        {
            // Its exponents have no bits that mean NaN to ggml.
            return blocks;
        }

        for (int i = bytes - 1; i < blocks.Length; i += bytes)
        {
            // The largest exponent of a float32, float16 or bfloat16 is all ones in these bits.
            blocks[i] &= 0xBB;
        }

        return blocks;
    }

    private static void AssertSameBits(float[] expected, float[] actual) =>
        Assert.True(MemoryMarshal.AsBytes<float>(expected).SequenceEqual(MemoryMarshal.AsBytes<float>(actual)));

    private static void RequireLibraries() => Skip.If(LlamaCppFolder.Find() is null, LlamaCppFolder.Missing);
}
