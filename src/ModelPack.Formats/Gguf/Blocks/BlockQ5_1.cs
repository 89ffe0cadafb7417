using System.Runtime.InteropServices;
using ModelPack.Formats.Gguf.Blocks.Fields;

namespace ModelPack.Formats.Gguf.Blocks;

/// <summary>Q5_1: value = scale * code + minimum.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct BlockQ5_1 : IGgufBlock<BlockQ5_1>
{
    private Half _scale;
    private Half _minimum;
    private Bits32 _high;
    private Nibbles32 _low;

    public static GgufTensorType Type => GgufTensorType.Q5_1;

    public static int Elements => 32;

    public static int CodeBits => 5;

    public static bool HasMinimums => true;

    public static ref Half Scale(ref BlockQ5_1 block) => ref block._scale;

    public static ref Half Minimum(ref BlockQ5_1 block) => ref block._minimum;

    public static int Code(ref BlockQ5_1 block, int element) => block._low.Get(element) | (block._high.Get(element) << 4);

    public static void SetCode(ref BlockQ5_1 block, int element, int code)
    {
        block._low.Set(element, code);
        block._high.Set(element, code >> 4);
    }

    public static void Unpack(ref BlockQ5_1 block, ref byte codes)
    {
        block._low.AddTo(ref codes, 0);
        block._high.AddTo(ref codes, 4);
    }

    public static void Pack(ref BlockQ5_1 block, ref byte codes)
    {
        block._low.TakeFrom(ref codes, 0);
        block._high.TakeFrom(ref codes, 4);
    }
}
