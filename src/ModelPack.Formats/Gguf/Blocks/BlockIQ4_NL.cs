using System.Runtime.InteropServices;
using ModelPack.Formats.Gguf.Blocks.Fields;

namespace ModelPack.Formats.Gguf.Blocks;

/// <summary>IQ4_NL: value = scale * table[code].</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct BlockIQ4_NL : IGgufBlock<BlockIQ4_NL>
{
    private Half _scale;
    private Nibbles32 _codes;

    public static GgufTensorType Type => GgufTensorType.IQ4_NL;

    public static int Elements => 32;

    public static int CodeBits => 4;

    public static ReadOnlySpan<sbyte> Table => CodeTable.IQ4;

    public static ref Half Scale(ref BlockIQ4_NL block) => ref block._scale;

    public static int Code(ref BlockIQ4_NL block, int element) => block._codes.Get(element);

    public static void SetCode(ref BlockIQ4_NL block, int element, int code) => block._codes.Set(element, code);

    public static void Unpack(ref BlockIQ4_NL block, ref byte codes) => block._codes.AddTo(ref codes, 0);

    public static void Pack(ref BlockIQ4_NL block, ref byte codes) => block._codes.TakeFrom(ref codes, 0);
}
