using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ModelPack.Formats.Gguf.Blocks;

/// <summary>Q4_0: value = scale * (code - 8).</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal readonly struct BlockQ4_0 : IGgufBlock<BlockQ4_0>
{
    private const int Middle = 8;

    private readonly Half _scale;
    private readonly Nibbles16 _codes;

    public static GgufTensorType Type => GgufTensorType.Q4_0;

    public static float Value(in BlockQ4_0 block, int element) => (float)block._scale * (block._codes.Code(element) - Middle);

    public static (Vector256<float> A, Vector256<float> B, Vector256<float> C, Vector256<float> D) Values(in BlockQ4_0 block)
    {
        (Vector128<byte> low, Vector128<byte> high) = block._codes.Codes();
        (Vector256<float> a, Vector256<float> b) = CodeLanes.Widen(low.AsSByte() - Vector128.Create((sbyte)Middle));
        (Vector256<float> c, Vector256<float> d) = CodeLanes.Widen(high.AsSByte() - Vector128.Create((sbyte)Middle));
        Vector256<float> scale = Vector256.Create((float)block._scale);
        return (scale * a, scale * b, scale * c, scale * d);
    }
}
