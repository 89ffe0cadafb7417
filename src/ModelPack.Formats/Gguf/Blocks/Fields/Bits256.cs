using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelPack.Formats.Gguf.Blocks.Fields;

/// <summary>One bit of 256 codes: that of element e is bit e / 32 of byte e mod 32.</summary>
[InlineArray(Rows.Length)]
internal struct Bits256 : IPackedCodes
{
    private const int Planes = 8;

    private byte _first;

    public readonly int Get(int element) => (this[element % Rows.Length] >> (element / Rows.Length)) & 1;

    public void Set(int element, int code) => this[element % Rows.Length] |= (byte)((code & 1) << (element / Rows.Length));

    public void AddTo(ref byte codes, int shift)
    {
        Vector256<byte> bytes = Rows.Load(ref _first, 0);
        for (int plane = 0; plane < Planes; plane++)
        {
            Rows.Add(Rows.Bits(bytes, plane, 1) << shift, ref codes, plane);
        }
    }

    public void TakeFrom(ref byte codes, int shift)
    {
        Vector256<byte> bytes = default;
        for (int plane = 0; plane < Planes; plane++)
        {
            bytes |= Rows.Bits(Rows.Load(ref codes, plane), shift, 1) << plane;
        }

        Rows.Store(bytes, ref _first, 0);
    }
}
