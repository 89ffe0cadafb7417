using System.Runtime.Intrinsics;

namespace ModelPack.Formats.Numerics;

/// <summary>
/// The exponent moves from bias 15 to bias 127; all ones moves on to all ones. A subnormal gets the exponent of 2^-14 as if
/// it had a leading one, which a subtraction takes away again: exact, and without slow subnormal arithmetic.
/// </summary>
internal readonly struct Float16Kernel : IWideningKernel
{
    private const uint Rebias = 112u << 23;
    private const uint SmallestNormal = 113u << 23;
    private const uint Infinity = 31u << 23;

    public static float Widen(uint bits) => (float)BitConverter.UInt16BitsToHalf((ushort)bits);

    public static Vector256<float> Widen(Vector256<uint> bits)
    {
        Vector256<uint> magnitude = (bits & Vector256.Create(0x7FFFu)) << 13;
        Vector256<uint> sign = (bits & Vector256.Create(0x8000u)) << 16;
        Vector256<uint> normal = magnitude + Vector256.Create(Rebias);
        Vector256<uint> special = Vector256.GreaterThanOrEqual(magnitude, Vector256.Create(Infinity)) & Vector256.Create(Rebias);
        Vector256<uint> subnormal = ((magnitude + Vector256.Create(SmallestNormal)).AsSingle() - Vector256.Create(SmallestNormal).AsSingle()).AsUInt32();
        Vector256<uint> isSubnormal = Vector256.LessThan(magnitude, Vector256.Create(1u << 23));
        return (Vector256.ConditionalSelect(isSubnormal, subnormal, normal + special) | sign).AsSingle();
    }

    public static Vector512<float> Widen(Vector512<uint> bits)
    {
        Vector512<uint> magnitude = (bits & Vector512.Create(0x7FFFu)) << 13;
        Vector512<uint> sign = (bits & Vector512.Create(0x8000u)) << 16;
        Vector512<uint> normal = magnitude + Vector512.Create(Rebias);
        Vector512<uint> special = Vector512.GreaterThanOrEqual(magnitude, Vector512.Create(Infinity)) & Vector512.Create(Rebias);
        Vector512<uint> subnormal = ((magnitude + Vector512.Create(SmallestNormal)).AsSingle() - Vector512.Create(SmallestNormal).AsSingle()).AsUInt32();
        Vector512<uint> isSubnormal = Vector512.LessThan(magnitude, Vector512.Create(1u << 23));
        return (Vector512.ConditionalSelect(isSubnormal, subnormal, normal + special) | sign).AsSingle();
    }
}
