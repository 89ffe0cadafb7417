using System.Runtime.InteropServices;
using ModelPack.Formats.Gguf.Blocks.Fields;

namespace ModelPack.Formats.Gguf.Blocks;

/// <summary>Q5_K: value = scale * sub-scale * code - minimum * sub-minimum, sub-blocks of 32.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct BlockQ5_K : IGgufBlock<BlockQ5_K>
{
    private Half _scale;
    private Half _minimum;
    private SixBitSubScales8 _subScales;
    private Bits256 _high;
    private Nibbles256 _low;

    public static GgufTensorType Type => GgufTensorType.Q5_K;

    public static int Elements => 256;

    public static int CodeBits => 5;

    public static int SubBlocks => 8;

    public static bool HasMinimums => true;

    public static ref Half Scale(ref BlockQ5_K block) => ref block._scale;

    public static ref Half Minimum(ref BlockQ5_K block) => ref block._minimum;

    public static int Code(ref BlockQ5_K block, int element) => block._low.Get(element) | (block._high.Get(element) << 4);

    public static void SetCode(ref BlockQ5_K block, int element, int code)
    {
        block._low.Set(element, code);
        block._high.Set(element, code >> 4);
    }

    public static void Unpack(ref BlockQ5_K block, ref byte codes)
    {
        block._low.AddTo(ref codes, 0);
        block._high.AddTo(ref codes, 4);
    }

    public static void Pack(ref BlockQ5_K block, ref byte codes)
    {
        block._low.TakeFrom(ref codes, 0);
        block._high.TakeFrom(ref codes, 4);
    }

    public static (int Scale, int Minimum) SubScale(ref BlockQ5_K block, int subBlock) => block._subScales.Get(subBlock);

    public static void SetSubScale(ref BlockQ5_K block, int subBlock, int scale, int minimum) => block._subScales.Set(subBlock, scale, minimum);

    public static void UnpackSubScales(ref BlockQ5_K block, ref sbyte scales, ref byte minimums) => block._subScales.Unpack(ref scales, ref minimums);

    public static void PackSubScales(ref BlockQ5_K block, ref sbyte scales, ref byte minimums) => block._subScales.Pack(ref scales, ref minimums);
}
