using System.Runtime.Intrinsics;

namespace ModelPack.Formats.Numerics;

internal readonly struct Float8E5M2Kernel : IWideningKernel
{
    public static float Widen(uint bits) => Float16Kernel.Widen(bits << 8);

    public static Vector256<float> Widen(Vector256<uint> bits) => Float16Kernel.Widen(bits << 8);

    public static Vector512<float> Widen(Vector512<uint> bits) => Float16Kernel.Widen(bits << 8);
}
