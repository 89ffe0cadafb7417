using System.Runtime.Intrinsics;

namespace ModelPack.Formats.Numerics;

/// <summary>Turns elements that were zero-extended to 32 bits into floats.</summary>
internal interface IWideningKernel
{
    static abstract float Widen(uint bits);

    static abstract Vector256<float> Widen(Vector256<uint> bits);

    static abstract Vector512<float> Widen(Vector512<uint> bits);
}
