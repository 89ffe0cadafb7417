using System.Runtime.Intrinsics;

namespace ModelPack.Formats.Numerics;

internal readonly struct Int8Kernel : IWideningKernel
{
    public static float Widen(uint bits) => (int)(bits << 24) >> 24;

    public static Vector256<float> Widen(Vector256<uint> bits) => Vector256.ConvertToSingle((bits << 24).AsInt32() >> 24);

    public static Vector512<float> Widen(Vector512<uint> bits) => Vector512.ConvertToSingle((bits << 24).AsInt32() >> 24);
}
