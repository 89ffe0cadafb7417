using System.Runtime.InteropServices;
using ModelPack.Formats.Gguf.Blocks.Fields;

namespace ModelPack.Formats.Gguf.Blocks;

/// <summary>Q3_K: value = scale * sub-scale * (code - 4), sub-blocks of 16.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct BlockQ3_K : IGgufBlock<BlockQ3_K>
{
    private Bits256 _high;
    private Pairs256 _low;
    private SixBitSubScales16 _subScales;
    private Half _scale;

    public static GgufTensorType Type => GgufTensorType.Q3_K;

    public static int Elements => 256;

    public static int CodeBits => 3;

    public static int SubBlocks => 16;

    public static int MiddleCode => 4;

    public static ref Half Scale(ref BlockQ3_K block) => ref block._scale;

    public static int Code(ref BlockQ3_K block, int element) => block._low.Get(element) | (block._high.Get(element) << 2);

    public static void SetCode(ref BlockQ3_K block, int element, int code)
    {
        block._low.Set(element, code);
        block._high.Set(element, code >> 2);
    }

    public static void Unpack(ref BlockQ3_K block, ref byte codes)
    {
        block._low.AddTo(ref codes, 0);
        block._high.AddTo(ref codes, 2);
    }

    public static void Pack(ref BlockQ3_K block, ref byte codes)
    {
        block._low.TakeFrom(ref codes, 0);
        block._high.TakeFrom(ref codes, 2);
    }

    public static (int Scale, int Minimum) SubScale(ref BlockQ3_K block, int subBlock) => block._subScales.Get(subBlock);

    public static void SetSubScale(ref BlockQ3_K block, int subBlock, int scale, int minimum) => block._subScales.Set(subBlock, scale, minimum);

    public static void UnpackSubScales(ref BlockQ3_K block, ref sbyte scales, ref byte minimums) => block._subScales.Unpack(ref scales, ref minimums);

    public static void PackSubScales(ref BlockQ3_K block, ref sbyte scales, ref byte minimums) => block._subScales.Pack(ref scales, ref minimums);
}
