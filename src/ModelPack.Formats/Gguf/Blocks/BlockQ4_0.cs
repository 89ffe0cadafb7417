using System.Runtime.InteropServices;
using ModelPack.Formats.Gguf.Blocks.Fields;

namespace ModelPack.Formats.Gguf.Blocks;

/// <summary>Q4_0: value = scale * (code - 8).</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct BlockQ4_0 : IGgufBlock<BlockQ4_0>
{
    private Half _scale;
    private Nibbles32 _codes;

    public static GgufTensorType Type => GgufTensorType.Q4_0;

    public static int Elements => 32;

    public static int CodeBits => 4;

    public static int MiddleCode => 8;

    public static ref Half Scale(ref BlockQ4_0 block) => ref block._scale;

    public static int Code(ref BlockQ4_0 block, int element) => block._codes.Get(element);

    public static void SetCode(ref BlockQ4_0 block, int element, int code) => block._codes.Set(element, code);

    public static void Unpack(ref BlockQ4_0 block, ref byte codes) => block._codes.AddTo(ref codes, 0);

    public static void Pack(ref BlockQ4_0 block, ref byte codes) => block._codes.TakeFrom(ref codes, 0);
}
