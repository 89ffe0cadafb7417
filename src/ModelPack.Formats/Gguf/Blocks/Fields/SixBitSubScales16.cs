using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelPack.Formats.Gguf.Blocks.Fields;

/// <summary>
/// Sixteen scales of six bits, stored 32 higher: the low four bits of scales 0 to 7 and 8 to 15 are the low and high halves of eight bytes,
/// the high two bits of scale j are in byte 8 + j mod 4 from bit 2 * (j / 4) on.
/// </summary>
[InlineArray(LowBytes + HighBytes)]
internal struct SixBitSubScales16 : ISubScales
{
    private const int LowBytes = 8;
    private const int HighBytes = 4;
    private const int Offset = 32;
    private const ulong Nibbles = 0x0F0F0F0F0F0F0F0F;

    private byte _first;

    public readonly (int Scale, int Minimum) Get(int subBlock)
    {
        int low = (this[subBlock % LowBytes] >> (4 * (subBlock / LowBytes))) & 0xF;
        int high = (this[LowBytes + (subBlock % HighBytes)] >> (2 * (subBlock / HighBytes))) & 3;
        return ((low | (high << 4)) - Offset, 0);
    }

    public void Set(int subBlock, int scale, int minimum)
    {
        this[subBlock % LowBytes] |= (byte)(((scale + Offset) & 0xF) << (4 * (subBlock / LowBytes)));
        this[LowBytes + (subBlock % HighBytes)] |= (byte)((((scale + Offset) >> 4) & 3) << (2 * (subBlock / HighBytes)));
    }

    public void Unpack(ref sbyte scales, ref byte minimums)
    {
        ulong low = Unsafe.ReadUnaligned<ulong>(ref _first);
        uint high = Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref _first, LowBytes));
        Vector128<byte> lowBits = Vector128.Create(low & Nibbles, (low >> 4) & Nibbles).AsByte();
        Vector128<byte> highBits = Vector128.Create(high, high >> 2, high >> 4, high >> 6).AsByte() & Vector128.Create((byte)3);
        ((lowBits | (highBits << 4)) - Vector128.Create((byte)Offset)).AsSByte().StoreUnsafe(ref scales);
    }

    public void Pack(ref sbyte scales, ref byte minimums)
    {
        Vector128<byte> stored = Vector128.LoadUnsafe(ref scales).AsByte() + Vector128.Create((byte)Offset);
        Vector128<ulong> low = (stored & Vector128.Create((byte)0xF)).AsUInt64();
        Vector128<uint> high = ((stored >>> 4) & Vector128.Create((byte)3)).AsUInt32();
        Unsafe.WriteUnaligned(ref _first, low[0] | (low[1] << 4));
        Unsafe.WriteUnaligned(ref Unsafe.Add(ref _first, LowBytes), high[0] | (high[1] << 2) | (high[2] << 4) | (high[3] << 6));
    }
}
