using System.Runtime.InteropServices;
using ModelPack.Formats.Gguf.Blocks.Fields;

namespace ModelPack.Formats.Gguf.Blocks;

/// <summary>IQ4_XS: value = scale * sub-scale * table[code], sub-blocks of 32.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct BlockIQ4_XS : IGgufBlock<BlockIQ4_XS>
{
    private Half _scale;
    private SplitSubScales _subScales;
    private ChunkedNibbles256 _codes;

    public static GgufTensorType Type => GgufTensorType.IQ4_XS;

    public static int Elements => 256;

    public static int CodeBits => 4;

    public static int SubBlocks => 8;

    public static ReadOnlySpan<sbyte> Table => CodeTable.IQ4;

    public static ref Half Scale(ref BlockIQ4_XS block) => ref block._scale;

    public static int Code(ref BlockIQ4_XS block, int element) => block._codes.Get(element);

    public static void SetCode(ref BlockIQ4_XS block, int element, int code) => block._codes.Set(element, code);

    public static void Unpack(ref BlockIQ4_XS block, ref byte codes) => block._codes.AddTo(ref codes, 0);

    public static void Pack(ref BlockIQ4_XS block, ref byte codes) => block._codes.TakeFrom(ref codes, 0);

    public static (int Scale, int Minimum) SubScale(ref BlockIQ4_XS block, int subBlock) => block._subScales.Get(subBlock);

    public static void SetSubScale(ref BlockIQ4_XS block, int subBlock, int scale, int minimum) => block._subScales.Set(subBlock, scale, minimum);

    public static void UnpackSubScales(ref BlockIQ4_XS block, ref sbyte scales, ref byte minimums) => block._subScales.Unpack(ref scales, ref minimums);

    public static void PackSubScales(ref BlockIQ4_XS block, ref sbyte scales, ref byte minimums) => block._subScales.Pack(ref scales, ref minimums);
}
