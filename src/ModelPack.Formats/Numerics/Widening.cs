using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ModelPack.Formats.Numerics;

/// <summary>
/// Conversion of any element type to float32, exact wherever float32 can hold the value, else rounded to nearest even.
/// Pure and thread-safe. NaNs stay NaNs; their payload is not promised.
/// </summary>
public static class Widening
{
    /// <summary>Converts elements with the widest vectors of this processor.</summary>
    /// <param name="type">Type of the source elements.</param>
    /// <param name="source">Little-endian elements, at any alignment; exactly <c>destination.Length * type.SizeInBytes()</c> bytes.</param>
    /// <param name="destination">One float for each element.</param>
    /// <exception cref="ArgumentException">The lengths do not belong together.</exception>
    public static void ToFloat32(ElementType type, ReadOnlySpan<byte> source, Span<float> destination) =>
        Convert(type, source, destination, VectorBits());

    /// <summary>The same conversion element by element: the reference for <see cref="ToFloat32"/>.</summary>
    /// <inheritdoc cref="ToFloat32"/>
    public static void ToFloat32Scalar(ElementType type, ReadOnlySpan<byte> source, Span<float> destination) =>
        Convert(type, source, destination, vectorBits: 0);

    internal static int VectorBits() =>
        Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 0;

    internal static void Convert(ElementType type, ReadOnlySpan<byte> source, Span<float> destination, int vectorBits)
    {
        if (source.Length != (long)destination.Length * type.SizeInBytes())
        {
            throw new ArgumentException($"{source.Length} bytes are not {destination.Length} elements of {type}.", nameof(source));
        }

        switch (type)
        {
            case ElementType.Float32:
                source.CopyTo(MemoryMarshal.AsBytes(destination));
                break;
            case ElementType.BFloat16:
                WideningLoops.FromUInt16<BFloat16Kernel>(source, destination, vectorBits);
                break;
            case ElementType.Float16:
                WideningLoops.FromUInt16<Float16Kernel>(source, destination, vectorBits);
                break;
            case ElementType.UInt16:
                WideningLoops.FromUInt16<UnsignedKernel>(source, destination, vectorBits);
                break;
            case ElementType.Int16:
                WideningLoops.FromUInt16<Int16Kernel>(source, destination, vectorBits);
                break;
            case ElementType.Float8E4M3:
                WideningLoops.FromUInt8<Float8E4M3Kernel>(source, destination, vectorBits);
                break;
            case ElementType.Float8E5M2:
                WideningLoops.FromUInt8<Float8E5M2Kernel>(source, destination, vectorBits);
                break;
            case ElementType.UInt8 or ElementType.Bool:
                WideningLoops.FromUInt8<UnsignedKernel>(source, destination, vectorBits);
                break;
            case ElementType.Int8:
                WideningLoops.FromUInt8<Int8Kernel>(source, destination, vectorBits);
                break;
            case ElementType.Float64:
                WideningLoops.FromNumber<double>(source, destination);
                break;
            case ElementType.Int32:
                WideningLoops.FromNumber<int>(source, destination);
                break;
            case ElementType.UInt32:
                WideningLoops.FromNumber<uint>(source, destination);
                break;
            case ElementType.Int64:
                WideningLoops.FromNumber<long>(source, destination);
                break;
            default:
                WideningLoops.FromNumber<ulong>(source, destination);
                break;
        }
    }
}
