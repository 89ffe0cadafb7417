using System.Runtime.InteropServices;
using ModelPack.Formats.Gguf.Blocks.Fields;

namespace ModelPack.Formats.Gguf.Blocks;

/// <summary>Q4_1: value = scale * code + minimum.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct BlockQ4_1 : IGgufBlock<BlockQ4_1>
{
    private Half _scale;
    private Half _minimum;
    private Nibbles32 _codes;

    public static GgufTensorType Type => GgufTensorType.Q4_1;

    public static int Elements => 32;

    public static int CodeBits => 4;

    public static bool HasMinimums => true;

    public static ref Half Scale(ref BlockQ4_1 block) => ref block._scale;

    public static ref Half Minimum(ref BlockQ4_1 block) => ref block._minimum;

    public static int Code(ref BlockQ4_1 block, int element) => block._codes.Get(element);

    public static void SetCode(ref BlockQ4_1 block, int element, int code) => block._codes.Set(element, code);

    public static void Unpack(ref BlockQ4_1 block, ref byte codes) => block._codes.AddTo(ref codes, 0);

    public static void Pack(ref BlockQ4_1 block, ref byte codes) => block._codes.TakeFrom(ref codes, 0);
}
