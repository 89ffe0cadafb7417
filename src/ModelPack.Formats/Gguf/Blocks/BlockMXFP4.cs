using System.Runtime.InteropServices;
using ModelPack.Formats.Gguf.Blocks.Fields;

namespace ModelPack.Formats.Gguf.Blocks;

/// <summary>MXFP4 (OCP Microscaling Formats 1.0): value = 2^(exponent - 127) * float of four bits. It has no float16 scale, so it is only decoded.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct BlockMXFP4
{
    /// <summary>Elements of a block.</summary>
    public const int Elements = 32;

    private readonly byte _exponent;
    private Nibbles32 _codes;

    /// <summary>Values of the codes, doubled so that they are whole; code 8, minus zero, is zero as in ggml.</summary>
    public static ReadOnlySpan<sbyte> DoubledValues => [0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12];

    /// <summary>Half of 2^(exponent - 127): the two smallest ones are subnormal numbers.</summary>
    public readonly float HalfScale => _exponent < 2
        ? BitConverter.UInt32BitsToSingle(0x00200000u << _exponent)
        : BitConverter.UInt32BitsToSingle((uint)(_exponent - 1) << 23);

    /// <summary>The code of one element.</summary>
    public readonly int Code(int element) => _codes.Get(element);

    /// <summary>Sets all codes, one byte each and zero before.</summary>
    public void Unpack(ref byte codes) => _codes.AddTo(ref codes, 0);
}
