using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelPack.Formats.Gguf.Blocks.Fields;

/// <summary>Two bits of 256 codes. Each half of the elements has a row of 32 bytes; byte j of it holds elements j, j + 32, j + 64 and j + 96, lowest bits first.</summary>
[InlineArray(2 * Rows.Length)]
internal struct Pairs256 : IPackedCodes
{
    private const int HalfElements = 128;
    private const int PerByte = 4;

    private byte _first;

    public readonly int Get(int element) => (this[Byte(element)] >> Shift(element)) & 3;

    public void Set(int element, int code) => this[Byte(element)] |= (byte)((code & 3) << Shift(element));

    public void AddTo(ref byte codes, int shift)
    {
        for (int half = 0; half < 2; half++)
        {
            Vector256<byte> bytes = Rows.Load(ref _first, half);
            for (int i = 0; i < PerByte; i++)
            {
                Rows.Add(Rows.Bits(bytes, 2 * i, 3) << shift, ref codes, (PerByte * half) + i);
            }
        }
    }

    public void TakeFrom(ref byte codes, int shift)
    {
        for (int half = 0; half < 2; half++)
        {
            Vector256<byte> bytes = default;
            for (int i = 0; i < PerByte; i++)
            {
                bytes |= Rows.Bits(Rows.Load(ref codes, (PerByte * half) + i), shift, 3) << (2 * i);
            }

            Rows.Store(bytes, ref _first, half);
        }
    }

    private static int Byte(int element) => (element / HalfElements * Rows.Length) + (element % Rows.Length);

    private static int Shift(int element) => element % HalfElements / Rows.Length * 2;
}
