namespace ModelPack.Quantization;

/// <summary>Codes of 2, 4 or 8 bits in bytes, the first code in the lowest bits.</summary>
internal static class CodePacking
{
    /// <summary>Packs one code by itself into bytes that hold zero in its place.</summary>
    public static void Pack(int code, int bits, Span<byte> packed, int index)
    {
        int perByte = 8 / bits;
        packed[index / perByte] |= (byte)(code << (index % perByte * bits));
    }

    /// <summary>The code at <paramref name="index"/> of a packed row.</summary>
    public static int Unpack(ReadOnlySpan<byte> packed, int bits, int index)
    {
        int perByte = 8 / bits;
        return (packed[index / perByte] >> (index % perByte * bits)) & ((1 << bits) - 1);
    }
}
