using System.Runtime.Intrinsics;

namespace ModelPack.Formats.Numerics;

internal readonly struct BFloat16Kernel : IWideningKernel
{
    public static float Widen(uint bits) => BitConverter.UInt32BitsToSingle(bits << 16);

    public static Vector256<float> Widen(Vector256<uint> bits) => (bits << 16).AsSingle();

    public static Vector512<float> Widen(Vector512<uint> bits) => (bits << 16).AsSingle();
}
