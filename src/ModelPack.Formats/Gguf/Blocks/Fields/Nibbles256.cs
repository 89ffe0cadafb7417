using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelPack.Formats.Gguf.Blocks.Fields;

/// <summary>Four bits of 256 codes. Every 64 elements have a row of 32 bytes; byte j of it holds element j in its low half and element j + 32 in its high half.</summary>
[InlineArray(RowCount * Rows.Length)]
internal struct Nibbles256 : IPackedCodes
{
    private const int RowCount = 4;

    private byte _first;

    public readonly int Get(int element) => (this[Byte(element)] >> Shift(element)) & 0xF;

    public void Set(int element, int code) => this[Byte(element)] |= (byte)((code & 0xF) << Shift(element));

    public void AddTo(ref byte codes, int shift)
    {
        for (int row = 0; row < RowCount; row++)
        {
            Vector256<byte> bytes = Rows.Load(ref _first, row);
            Rows.Add(Rows.Bits(bytes, 0, 0xF) << shift, ref codes, 2 * row);
            Rows.Add((bytes >>> 4) << shift, ref codes, (2 * row) + 1);
        }
    }

    public void TakeFrom(ref byte codes, int shift)
    {
        for (int row = 0; row < RowCount; row++)
        {
            Vector256<byte> low = Rows.Bits(Rows.Load(ref codes, 2 * row), shift, 0xF);
            Rows.Store(low | (Rows.Bits(Rows.Load(ref codes, (2 * row) + 1), shift, 0xF) << 4), ref _first, row);
        }
    }

    private static int Byte(int element) => (element / (2 * Rows.Length) * Rows.Length) + (element % Rows.Length);

    private static int Shift(int element) => element / Rows.Length % 2 * 4;
}
