using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelPack.Formats.Gguf.Blocks;

/// <summary>32 codes of four bits: byte j holds element j in its low half and element j + 16 in its high half.</summary>
[InlineArray(Bytes)]
internal struct Nibbles16
{
    private const int Bytes = 16;

    private byte _first;

    public readonly int Code(int element) => element < Bytes ? this[element] & 0xF : this[element - Bytes] >> 4;

    /// <summary>The low halves, then the high halves.</summary>
    public readonly (Vector128<byte> Low, Vector128<byte> High) Codes()
    {
        Vector128<byte> bytes = Vector128.LoadUnsafe(in _first);
        return (bytes & Vector128.Create((byte)0xF), bytes >>> 4);
    }
}
