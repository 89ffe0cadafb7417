using System.Runtime.InteropServices;
using ModelPack.Formats.Gguf.Blocks.Fields;

namespace ModelPack.Formats.Gguf.Blocks;

/// <summary>Q2_K: value = scale * sub-scale * code - minimum * sub-minimum, sub-blocks of 16.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct BlockQ2_K : IGgufBlock<BlockQ2_K>
{
    private NibbleSubScales _subScales;
    private Pairs256 _codes;
    private Half _scale;
    private Half _minimum;

    public static GgufTensorType Type => GgufTensorType.Q2_K;

    public static int Elements => 256;

    public static int CodeBits => 2;

    public static int SubBlocks => 16;

    public static bool HasMinimums => true;

    public static ref Half Scale(ref BlockQ2_K block) => ref block._scale;

    public static ref Half Minimum(ref BlockQ2_K block) => ref block._minimum;

    public static int Code(ref BlockQ2_K block, int element) => block._codes.Get(element);

    public static void SetCode(ref BlockQ2_K block, int element, int code) => block._codes.Set(element, code);

    public static void Unpack(ref BlockQ2_K block, ref byte codes) => block._codes.AddTo(ref codes, 0);

    public static void Pack(ref BlockQ2_K block, ref byte codes) => block._codes.TakeFrom(ref codes, 0);

    public static (int Scale, int Minimum) SubScale(ref BlockQ2_K block, int subBlock) => block._subScales.Get(subBlock);

    public static void SetSubScale(ref BlockQ2_K block, int subBlock, int scale, int minimum) => block._subScales.Set(subBlock, scale, minimum);

    public static void UnpackSubScales(ref BlockQ2_K block, ref sbyte scales, ref byte minimums) => block._subScales.Unpack(ref scales, ref minimums);

    public static void PackSubScales(ref BlockQ2_K block, ref sbyte scales, ref byte minimums) => block._subScales.Pack(ref scales, ref minimums);
}
