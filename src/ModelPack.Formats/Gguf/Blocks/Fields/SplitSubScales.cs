using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ModelPack.Formats.Gguf.Blocks.Fields;

/// <summary>Eight scales of six bits, stored 32 higher: the high two bits of all, lowest scale first, then the low four bits, two scales a byte.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct SplitSubScales : ISubScales
{
    private const int Count = 8;
    private const int Offset = 32;

    private ushort _high;
    private uint _low;

    public readonly (int Scale, int Minimum) Get(int subBlock) =>
        ((int)(((_low >> (4 * subBlock)) & 0xF) | (((uint)_high >> (2 * subBlock) & 3) << 4)) - Offset, 0);

    public void Set(int subBlock, int scale, int minimum)
    {
        _low |= (uint)((scale + Offset) & 0xF) << (4 * subBlock);
        _high |= (ushort)((((scale + Offset) >> 4) & 3) << (2 * subBlock));
    }

    // Eight numbers: nothing to gain from vectors.
    public readonly void Unpack(ref sbyte scales, ref byte minimums)
    {
        for (int i = 0; i < Count; i++)
        {
            Unsafe.Add(ref scales, i) = (sbyte)Get(i).Scale;
        }
    }

    public void Pack(ref sbyte scales, ref byte minimums)
    {
        this = default;
        for (int i = 0; i < Count; i++)
        {
            Set(i, Unsafe.Add(ref scales, i), 0);
        }
    }
}
