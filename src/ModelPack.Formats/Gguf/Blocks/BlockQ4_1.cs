using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ModelPack.Formats.Gguf.Blocks;

/// <summary>Q4_1: value = scale * code + minimum.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal readonly struct BlockQ4_1 : IGgufBlock<BlockQ4_1>
{
    private readonly Half _scale;
    private readonly Half _minimum;
    private readonly Nibbles16 _codes;

    public static GgufTensorType Type => GgufTensorType.Q4_1;

    public static float Value(in BlockQ4_1 block, int element) => ((float)block._scale * block._codes.Code(element)) + (float)block._minimum;

    public static (Vector256<float> A, Vector256<float> B, Vector256<float> C, Vector256<float> D) Values(in BlockQ4_1 block)
    {
        (Vector128<byte> low, Vector128<byte> high) = block._codes.Codes();
        (Vector256<float> a, Vector256<float> b) = CodeLanes.Widen(low.AsSByte());
        (Vector256<float> c, Vector256<float> d) = CodeLanes.Widen(high.AsSByte());
        Vector256<float> scale = Vector256.Create((float)block._scale);
        Vector256<float> minimum = Vector256.Create((float)block._minimum);
        return ((scale * a) + minimum, (scale * b) + minimum, (scale * c) + minimum, (scale * d) + minimum);
    }
}
