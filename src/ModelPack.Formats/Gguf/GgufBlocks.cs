using System.Runtime.InteropServices;
using ModelPack.Formats.Gguf.Blocks;

namespace ModelPack.Formats.Gguf;

/// <summary>
/// Takes the blocks of quantized GGUF types apart into codes, integer scales and minimums, and float16 scales and minimums, puts them together
/// again, and decodes them. Pure and thread-safe.
/// </summary>
public static class GgufBlocks
{
    /// <summary>Types that can be taken apart.</summary>
    public static IReadOnlyCollection<GgufTensorType> Types => BlockCodecs.Types;

    /// <summary>What blocks of a type hold.</summary>
    /// <param name="type">One of <see cref="Types"/>.</param>
    /// <exception cref="ArgumentException">Another type.</exception>
    public static GgufBlockShape Shape(GgufTensorType type) => Codec(type).Shape;

    /// <summary>Decodes whole blocks, of MXFP4 too, or elements of F32, F16 and BF16, to the values that ggml decodes, bit for bit.</summary>
    /// <param name="type">One of <see cref="Types"/>, or MXFP4, F32, F16, BF16.</param>
    /// <param name="source">The stored bytes, at any alignment.</param>
    /// <param name="destination">One float for each element.</param>
    /// <exception cref="ArgumentException">Another type, or lengths that do not belong together.</exception>
    public static void ToFloat32(GgufTensorType type, ReadOnlySpan<byte> source, Span<float> destination) =>
        BlockDecoding.ToFloat32(type, source, destination);

    /// <summary>Takes n blocks apart, without any arithmetic.</summary>
    /// <param name="type">One of <see cref="Types"/>.</param>
    /// <param name="source">The blocks, at any alignment.</param>
    /// <param name="codes">The code of each element, in the order of the elements, not signed: Q8_0 and Q3_K have 128 and 4 added, see <see cref="GgufBlockShape.MiddleCode"/>.</param>
    /// <param name="subScales">n * <see cref="GgufBlockShape.SubScalesPerBlock"/> integer scales: Q2_K 0 to 15, Q4_K and Q5_K 0 to 63, Q3_K and IQ4_XS -32 to 31, Q6_K -128 to 127.</param>
    /// <param name="subMinimums">n * <see cref="GgufBlockShape.SubMinimumsPerBlock"/> integer minimums: Q2_K 0 to 15, Q4_K and Q5_K 0 to 63.</param>
    /// <param name="scales">n scales.</param>
    /// <param name="minimums">n minimums in types that have them, else empty.</param>
    /// <exception cref="ArgumentException">Another type, or lengths that do not belong together.</exception>
    public static void Unpack(
        GgufTensorType type, ReadOnlySpan<byte> source, Span<byte> codes, Span<sbyte> subScales, Span<byte> subMinimums, Span<Half> scales, Span<Half> minimums)
    {
        BlockCodec codec = Codec(type);
        var parts = new BlockParts { Codes = codes, SubScales = subScales, SubMinimums = subMinimums, Scales = scales, Minimums = minimums };
        parts.Check(codec.Shape, Blocks(type, source.Length, nameof(source)));
        codec.Unpack(source, parts);
    }

    /// <summary>Puts n blocks together: what <see cref="Unpack"/> takes apart, back again. Bits that have no place in a block are dropped.</summary>
    /// <param name="type">One of <see cref="Types"/>.</param>
    /// <param name="codes">As for <see cref="Unpack"/>.</param>
    /// <param name="subScales">As for <see cref="Unpack"/>.</param>
    /// <param name="subMinimums">As for <see cref="Unpack"/>.</param>
    /// <param name="scales">As for <see cref="Unpack"/>.</param>
    /// <param name="minimums">As for <see cref="Unpack"/>.</param>
    /// <param name="destination">The blocks.</param>
    /// <exception cref="ArgumentException">Another type, or lengths that do not belong together.</exception>
    public static void Pack(
        GgufTensorType type,
        ReadOnlySpan<byte> codes,
        ReadOnlySpan<sbyte> subScales,
        ReadOnlySpan<byte> subMinimums,
        ReadOnlySpan<Half> scales,
        ReadOnlySpan<Half> minimums,
        Span<byte> destination)
    {
        BlockCodec codec = Codec(type);
        var parts = new BlockParts { Codes = Open(codes), SubScales = Open(subScales), SubMinimums = Open(subMinimums), Scales = Open(scales), Minimums = Open(minimums) };
        parts.Check(codec.Shape, Blocks(type, destination.Length, nameof(destination)));
        codec.Pack(parts, destination);
    }

    private static BlockCodec Codec(GgufTensorType type) =>
        BlockCodecs.Find(type) ?? throw new ArgumentException($"{type} is none of {string.Join(", ", Types)}.", nameof(type));

    private static int Blocks(GgufTensorType type, int length, string name) => length % type.BytesPerBlock() == 0
        ? length / type.BytesPerBlock()
        : throw new ArgumentException($"{length} bytes are no whole blocks of {type}.", name);

    private static Span<T> Open<T>(ReadOnlySpan<T> span) => MemoryMarshal.CreateSpan(ref MemoryMarshal.GetReference(span), span.Length);
}
