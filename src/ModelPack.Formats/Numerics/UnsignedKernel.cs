using System.Runtime.Intrinsics;

namespace ModelPack.Formats.Numerics;

/// <summary>Unsigned integers of up to 16 bits; they fit a signed lane.</summary>
internal readonly struct UnsignedKernel : IWideningKernel
{
    public static float Widen(uint bits) => bits;

    public static Vector256<float> Widen(Vector256<uint> bits) => Vector256.ConvertToSingle(bits.AsInt32());

    public static Vector512<float> Widen(Vector512<uint> bits) => Vector512.ConvertToSingle(bits.AsInt32());
}
