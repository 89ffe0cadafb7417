using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelPack.Formats.Gguf.Blocks.Fields;

/// <summary>Sixteen signed scales of eight bits.</summary>
[InlineArray(16)]
internal struct ByteSubScales : ISubScales
{
    private sbyte _first;

    public readonly (int Scale, int Minimum) Get(int subBlock) => (this[subBlock], 0);

    public void Set(int subBlock, int scale, int minimum) => this[subBlock] = (sbyte)scale;

    public void Unpack(ref sbyte scales, ref byte minimums) => Vector128.LoadUnsafe(ref _first).StoreUnsafe(ref scales);

    public void Pack(ref sbyte scales, ref byte minimums) => Vector128.LoadUnsafe(ref scales).StoreUnsafe(ref _first);
}
