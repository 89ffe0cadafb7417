using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelPack.Formats.Gguf.Blocks.Fields;

/// <summary>Sixteen scales of four bits, each with a minimum in the high half of its byte.</summary>
[InlineArray(Count)]
internal struct NibbleSubScales : ISubScales
{
    private const int Count = 16;

    private byte _first;

    public readonly (int Scale, int Minimum) Get(int subBlock) => (this[subBlock] & 0xF, this[subBlock] >> 4);

    public void Set(int subBlock, int scale, int minimum) => this[subBlock] = (byte)((scale & 0xF) | (minimum << 4));

    public void Unpack(ref sbyte scales, ref byte minimums)
    {
        Vector128<byte> bytes = Vector128.LoadUnsafe(ref _first);
        (bytes & Vector128.Create((byte)0xF)).AsSByte().StoreUnsafe(ref scales);
        (bytes >>> 4).StoreUnsafe(ref minimums);
    }

    public void Pack(ref sbyte scales, ref byte minimums) =>
        ((Vector128.LoadUnsafe(ref scales).AsByte() & Vector128.Create((byte)0xF)) | (Vector128.LoadUnsafe(ref minimums) << 4)).StoreUnsafe(ref _first);
}
