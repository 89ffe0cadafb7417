using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelPack.Formats.Gguf.Blocks.Fields;

/// <summary>Four bits of 256 codes. Each half of the elements has two rows of 32 bytes; byte j of the 64 holds element j in its low half and element j + 64 in its high half.</summary>
[InlineArray(2 * HalfBytes)]
internal struct WideNibbles256 : IPackedCodes
{
    private const int HalfBytes = 2 * Rows.Length;
    private const int HalfElements = 2 * HalfBytes;

    private byte _first;

    public readonly int Get(int element) => (this[Byte(element)] >> Shift(element)) & 0xF;

    public void Set(int element, int code) => this[Byte(element)] |= (byte)((code & 0xF) << Shift(element));

    public void AddTo(ref byte codes, int shift)
    {
        for (int row = 0; row < 4; row++)
        {
            int target = Target(row);
            Vector256<byte> bytes = Rows.Load(ref _first, row);
            Rows.Add(Rows.Bits(bytes, 0, 0xF) << shift, ref codes, target);
            Rows.Add((bytes >>> 4) << shift, ref codes, target + 2);
        }
    }

    public void TakeFrom(ref byte codes, int shift)
    {
        for (int row = 0; row < 4; row++)
        {
            int target = Target(row);
            Vector256<byte> low = Rows.Bits(Rows.Load(ref codes, target), shift, 0xF);
            Rows.Store(low | (Rows.Bits(Rows.Load(ref codes, target + 2), shift, 0xF) << 4), ref _first, row);
        }
    }

    // Rows 0 and 1 belong to rows 0 to 3 of the codes, rows 2 and 3 to the others.
    private static int Target(int row) => row + (row & 2);

    private static int Byte(int element) => (element / HalfElements * HalfBytes) + (element % HalfBytes);

    private static int Shift(int element) => element % HalfElements / HalfBytes * 4;
}
