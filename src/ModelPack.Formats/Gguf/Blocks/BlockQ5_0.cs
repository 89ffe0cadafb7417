using System.Runtime.InteropServices;
using ModelPack.Formats.Gguf.Blocks.Fields;

namespace ModelPack.Formats.Gguf.Blocks;

/// <summary>Q5_0: value = scale * (code - 16).</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct BlockQ5_0 : IGgufBlock<BlockQ5_0>
{
    private Half _scale;
    private Bits32 _high;
    private Nibbles32 _low;

    public static GgufTensorType Type => GgufTensorType.Q5_0;

    public static int Elements => 32;

    public static int CodeBits => 5;

    public static int MiddleCode => 16;

    public static ref Half Scale(ref BlockQ5_0 block) => ref block._scale;

    public static int Code(ref BlockQ5_0 block, int element) => block._low.Get(element) | (block._high.Get(element) << 4);

    public static void SetCode(ref BlockQ5_0 block, int element, int code)
    {
        block._low.Set(element, code);
        block._high.Set(element, code >> 4);
    }

    public static void Unpack(ref BlockQ5_0 block, ref byte codes)
    {
        block._low.AddTo(ref codes, 0);
        block._high.AddTo(ref codes, 4);
    }

    public static void Pack(ref BlockQ5_0 block, ref byte codes)
    {
        block._low.TakeFrom(ref codes, 0);
        block._high.TakeFrom(ref codes, 4);
    }
}
