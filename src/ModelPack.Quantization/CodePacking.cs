namespace ModelPack.Quantization;

/// <summary>Codes of 2, 4 or 8 bits into bytes and back, the first code in the lowest bits.</summary>
internal static class CodePacking
{
    /// <summary>Packs one code a byte of <paramref name="codes"/> into <paramref name="packed"/> (ceil(codes * bits / 8) bytes; a tail is filled with zero bits).</summary>
    public static void Pack(ReadOnlySpan<byte> codes, int bits, Span<byte> packed)
    {
        int perByte = 8 / bits;
        for (int i = 0; i < packed.Length; i++)
        {
            int value = 0;
            for (int j = 0; j < perByte && (i * perByte) + j < codes.Length; j++)
            {
                value |= codes[(i * perByte) + j] << (j * bits);
            }

            packed[i] = (byte)value;
        }
    }

    /// <summary>The code at <paramref name="index"/> of a packed row.</summary>
    public static int Unpack(ReadOnlySpan<byte> packed, int bits, int index)
    {
        int perByte = 8 / bits;
        return (packed[index / perByte] >> (index % perByte * bits)) & ((1 << bits) - 1);
    }
}
