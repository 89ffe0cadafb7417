using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ModelPack.Formats.Numerics;

/// <summary>Walks over a span and feeds a kernel with 32-bit lanes; what does not fill a vector goes through the kernel's scalar form.</summary>
internal static class WideningLoops
{
    public static void FromUInt16<TKernel>(ReadOnlySpan<byte> source, Span<float> destination, int vectorBits)
        where TKernel : struct, IWideningKernel
    {
        ref byte from = ref MemoryMarshal.GetReference(source);
        ref float to = ref MemoryMarshal.GetReference(destination);
        int i = 0;
        if (vectorBits == 512)
        {
            for (; i <= destination.Length - Vector512<ushort>.Count; i += Vector512<ushort>.Count)
            {
                (Vector512<uint> low, Vector512<uint> high) = Vector512.Widen(Vector512.LoadUnsafe(ref from, (nuint)i * 2).AsUInt16());
                TKernel.Widen(low).StoreUnsafe(ref to, (nuint)i);
                TKernel.Widen(high).StoreUnsafe(ref to, (nuint)(i + Vector512<uint>.Count));
            }
        }
        else if (vectorBits == 256)
        {
            for (; i <= destination.Length - Vector256<ushort>.Count; i += Vector256<ushort>.Count)
            {
                (Vector256<uint> low, Vector256<uint> high) = Vector256.Widen(Vector256.LoadUnsafe(ref from, (nuint)i * 2).AsUInt16());
                TKernel.Widen(low).StoreUnsafe(ref to, (nuint)i);
                TKernel.Widen(high).StoreUnsafe(ref to, (nuint)(i + Vector256<uint>.Count));
            }
        }

        for (; i < destination.Length; i++)
        {
            destination[i] = TKernel.Widen(Unsafe.ReadUnaligned<ushort>(ref Unsafe.Add(ref from, (nint)i * 2)));
        }
    }

    public static void FromUInt8<TKernel>(ReadOnlySpan<byte> source, Span<float> destination, int vectorBits)
        where TKernel : struct, IWideningKernel
    {
        ref byte from = ref MemoryMarshal.GetReference(source);
        ref float to = ref MemoryMarshal.GetReference(destination);
        int i = 0;
        if (vectorBits == 512)
        {
            for (; i <= destination.Length - Vector256<byte>.Count; i += Vector256<byte>.Count)
            {
                (Vector256<ushort> first, Vector256<ushort> second) = Vector256.Widen(Vector256.LoadUnsafe(ref from, (nuint)i));
                (Vector512<uint> low, Vector512<uint> high) = Vector512.Widen(Vector512.Create(first, second));
                TKernel.Widen(low).StoreUnsafe(ref to, (nuint)i);
                TKernel.Widen(high).StoreUnsafe(ref to, (nuint)(i + Vector512<uint>.Count));
            }
        }
        else if (vectorBits == 256)
        {
            for (; i <= destination.Length - Vector128<byte>.Count; i += Vector128<byte>.Count)
            {
                (Vector128<ushort> first, Vector128<ushort> second) = Vector128.Widen(Vector128.LoadUnsafe(ref from, (nuint)i));
                (Vector256<uint> low, Vector256<uint> high) = Vector256.Widen(Vector256.Create(first, second));
                TKernel.Widen(low).StoreUnsafe(ref to, (nuint)i);
                TKernel.Widen(high).StoreUnsafe(ref to, (nuint)(i + Vector256<uint>.Count));
            }
        }

        for (; i < destination.Length; i++)
        {
            destination[i] = TKernel.Widen(source[i]);
        }
    }

    public static void FromNumber<TNumber>(ReadOnlySpan<byte> source, Span<float> destination)
        where TNumber : unmanaged, INumber<TNumber>
    {
        ref byte from = ref MemoryMarshal.GetReference(source);
        for (int i = 0; i < destination.Length; i++)
        {
            destination[i] = float.CreateTruncating(Unsafe.ReadUnaligned<TNumber>(ref Unsafe.Add(ref from, (nint)i * Unsafe.SizeOf<TNumber>())));
        }
    }
}
