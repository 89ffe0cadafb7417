using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ModelPack.Formats.Gguf.Blocks.Fields;

/// <summary>One bit of 32 codes: bit e of a little-endian number is that of element e.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct Bits32 : IPackedCodes
{
    private uint _bits;

    public readonly int Get(int element) => (int)(_bits >> element) & 1;

    public void Set(int element, int code) => _bits |= (uint)(code & 1) << element;

    public readonly void AddTo(ref byte codes, int shift)
    {
        // Byte e gets the byte of the number that has its bit; the compare then spreads the bit over it.
        Vector256<byte> spread = Vector256.Shuffle(Vector256.Create(_bits).AsByte(), Vector256.Create(
            (byte)0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 18, 18, 18, 18, 18, 18, 18, 18, 19, 19, 19, 19, 19, 19, 19, 19));
        Vector256<byte> bit = Vector256.Create(0x8040201008040201).AsByte();
        Rows.Add(Vector256.Equals(spread & bit, bit) & Vector256.Create((byte)(1 << shift)), ref codes, 0);
    }

    public void TakeFrom(ref byte codes, int shift) => _bits = (Rows.Load(ref codes, 0) << (7 - shift)).ExtractMostSignificantBits();
}
