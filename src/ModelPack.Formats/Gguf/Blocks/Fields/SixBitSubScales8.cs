using System.Runtime.CompilerServices;

namespace ModelPack.Formats.Gguf.Blocks.Fields;

/// <summary>
/// Eight scales and eight minimums of six bits. Those of sub-blocks 0 to 3 are the low six bits of bytes 0 to 3 and 4 to 7; of the others the
/// low four bits are the halves of bytes 8 to 11, and the high two bits are what bytes 0 to 7 have left.
/// </summary>
[InlineArray(3 * Quarter)]
internal struct SixBitSubScales8 : ISubScales
{
    private const int Quarter = 4;
    private const uint SixBits = 0x3F3F3F3F;
    private const uint LowFour = 0x0F0F0F0F;
    private const uint HighTwo = 0x30303030;

    private byte _first;

    public readonly (int Scale, int Minimum) Get(int subBlock)
    {
        if (subBlock < Quarter)
        {
            return (this[subBlock] & 0x3F, this[Quarter + subBlock] & 0x3F);
        }

        int low = this[Quarter + subBlock];
        return ((low & 0xF) | (this[subBlock - Quarter] >> 6 << 4), (low >> 4) | (this[subBlock] >> 6 << 4));
    }

    public void Set(int subBlock, int scale, int minimum)
    {
        if (subBlock < Quarter)
        {
            this[subBlock] |= (byte)(scale & 0x3F);
            this[Quarter + subBlock] |= (byte)(minimum & 0x3F);
        }
        else
        {
            this[Quarter + subBlock] = (byte)((scale & 0xF) | (minimum << 4));
            this[subBlock - Quarter] |= (byte)(((scale >> 4) & 3) << 6);
            this[subBlock] |= (byte)(((minimum >> 4) & 3) << 6);
        }
    }

    public void Unpack(ref sbyte scales, ref byte minimums)
    {
        uint a = Word(ref _first, 0);
        uint b = Word(ref _first, 1);
        uint c = Word(ref _first, 2);
        Word(ref Unsafe.As<sbyte, byte>(ref scales), 0) = a & SixBits;
        Word(ref Unsafe.As<sbyte, byte>(ref scales), 1) = (c & LowFour) | ((a >> 2) & HighTwo);
        Word(ref minimums, 0) = b & SixBits;
        Word(ref minimums, 1) = ((c >> 4) & LowFour) | ((b >> 2) & HighTwo);
    }

    public void Pack(ref sbyte scales, ref byte minimums)
    {
        uint scalesHigh = Word(ref Unsafe.As<sbyte, byte>(ref scales), 1);
        uint minimumsHigh = Word(ref minimums, 1);
        Word(ref _first, 0) = (Word(ref Unsafe.As<sbyte, byte>(ref scales), 0) & SixBits) | ((scalesHigh & HighTwo) << 2);
        Word(ref _first, 1) = (Word(ref minimums, 0) & SixBits) | ((minimumsHigh & HighTwo) << 2);
        Word(ref _first, 2) = (scalesHigh & LowFour) | ((minimumsHigh & LowFour) << 4);
    }

    // Little-endian words at any address, as everywhere in this folder.
    private static ref uint Word(ref byte start, int index) => ref Unsafe.As<byte, uint>(ref Unsafe.Add(ref start, index * sizeof(uint)));
}
