using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelPack.Formats.Gguf.Blocks.Fields;

/// <summary>32 codes of four bits: byte j holds element j in its low half and element j + 16 in its high half.</summary>
[InlineArray(Bytes)]
internal struct Nibbles32 : IPackedCodes
{
    private const int Bytes = 16;

    private byte _first;

    public readonly int Get(int element) => (this[element % Bytes] >> (4 * (element / Bytes))) & 0xF;

    public void Set(int element, int code) => this[element % Bytes] |= (byte)((code & 0xF) << (4 * (element / Bytes)));

    public void AddTo(ref byte codes, int shift)
    {
        Vector128<byte> bytes = Vector128.LoadUnsafe(ref _first);
        Rows.Add(Vector256.Create(bytes & Vector128.Create((byte)0xF), bytes >>> 4) << shift, ref codes, 0);
    }

    public void TakeFrom(ref byte codes, int shift)
    {
        Vector256<byte> nibbles = Rows.Bits(Rows.Load(ref codes, 0), shift, 0xF);
        (nibbles.GetLower() | (nibbles.GetUpper() << 4)).StoreUnsafe(ref _first);
    }
}
