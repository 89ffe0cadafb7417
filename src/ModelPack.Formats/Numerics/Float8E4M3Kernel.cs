using System.Runtime.Intrinsics;

namespace ModelPack.Formats.Numerics;

/// <summary>OCP 8-bit float "E4M3": bias 7, subnormals are multiples of 2^-9, only all ones is NaN.</summary>
internal readonly struct Float8E4M3Kernel : IWideningKernel
{
    private const uint Rebias = 120u << 23;
    private const uint NaN = 0x7FC00000;
    private const float SubnormalUnit = 1f / 512;

    public static float Widen(uint bits)
    {
        uint magnitude = bits & 0x7F;
        uint value = magnitude switch
        {
            0x7F => NaN,
            < 8 => BitConverter.SingleToUInt32Bits(magnitude * SubnormalUnit),
            _ => (magnitude << 20) + Rebias,
        };
        return BitConverter.UInt32BitsToSingle(value | ((bits & 0x80) << 24));
    }

    public static Vector256<float> Widen(Vector256<uint> bits)
    {
        Vector256<uint> magnitude = bits & Vector256.Create(0x7Fu);
        Vector256<uint> sign = (bits & Vector256.Create(0x80u)) << 24;
        Vector256<uint> normal = (magnitude << 20) + Vector256.Create(Rebias);
        Vector256<uint> subnormal = (Vector256.ConvertToSingle(magnitude.AsInt32()) * SubnormalUnit).AsUInt32();
        Vector256<uint> value = Vector256.ConditionalSelect(Vector256.LessThan(magnitude, Vector256.Create(8u)), subnormal, normal);
        value = Vector256.ConditionalSelect(Vector256.Equals(magnitude, Vector256.Create(0x7Fu)), Vector256.Create(NaN), value);
        return (value | sign).AsSingle();
    }

    public static Vector512<float> Widen(Vector512<uint> bits)
    {
        Vector512<uint> magnitude = bits & Vector512.Create(0x7Fu);
        Vector512<uint> sign = (bits & Vector512.Create(0x80u)) << 24;
        Vector512<uint> normal = (magnitude << 20) + Vector512.Create(Rebias);
        Vector512<uint> subnormal = (Vector512.ConvertToSingle(magnitude.AsInt32()) * SubnormalUnit).AsUInt32();
        Vector512<uint> value = Vector512.ConditionalSelect(Vector512.LessThan(magnitude, Vector512.Create(8u)), subnormal, normal);
        value = Vector512.ConditionalSelect(Vector512.Equals(magnitude, Vector512.Create(0x7Fu)), Vector512.Create(NaN), value);
        return (value | sign).AsSingle();
    }
}
