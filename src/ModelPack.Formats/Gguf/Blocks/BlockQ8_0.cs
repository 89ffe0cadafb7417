using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ModelPack.Formats.Gguf.Blocks;

/// <summary>Q8_0: value = scale * code.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal readonly struct BlockQ8_0 : IGgufBlock<BlockQ8_0>
{
    private readonly Half _scale;
    private readonly Bytes32 _codes;

    public static GgufTensorType Type => GgufTensorType.Q8_0;

    public static float Value(in BlockQ8_0 block, int element) => (float)block._scale * block._codes[element];

    public static (Vector256<float> A, Vector256<float> B, Vector256<float> C, Vector256<float> D) Values(in BlockQ8_0 block)
    {
        ref readonly sbyte codes = ref Unsafe.As<Bytes32, sbyte>(ref Unsafe.AsRef(in block._codes));
        (Vector256<float> a, Vector256<float> b) = CodeLanes.Widen(Vector128.LoadUnsafe(in codes));
        (Vector256<float> c, Vector256<float> d) = CodeLanes.Widen(Vector128.LoadUnsafe(in codes, 16));
        Vector256<float> scale = Vector256.Create((float)block._scale);
        return (scale * a, scale * b, scale * c, scale * d);
    }
}
