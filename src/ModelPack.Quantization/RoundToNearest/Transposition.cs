using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelPack.Quantization;

/// <summary>[rows, columns] into [columns, rows].</summary>
internal static class Transposition
{
    private const int Block = 8;

    /// <summary>Transposes with the widest instructions there are.</summary>
    public static void Transpose(ReadOnlySpan<float> source, int columns, Span<float> destination, int rows)
    {
        if (Avx.IsSupported && rows % Block == 0 && columns % Block == 0 && source.Length == rows * columns && destination.Length >= source.Length)
        {
            TransposeBlocks(ref MemoryMarshal.GetReference(source), columns, ref MemoryMarshal.GetReference(destination), rows);
        }
        else
        {
            TransposeOneByOne(source, columns, destination, rows);
        }
    }

    /// <summary>The scalar reference.</summary>
    public static void TransposeOneByOne(ReadOnlySpan<float> source, int columns, Span<float> destination, int rows)
    {
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                destination[(column * rows) + row] = source[(row * columns) + column];
            }
        }
    }

    private static void TransposeBlocks(ref float source, int columns, ref float destination, int rows)
    {
        for (int row = 0; row < rows; row += Block)
        {
            for (int column = 0; column < columns; column += Block)
            {
                TransposeBlock(ref Unsafe.Add(ref source, (row * columns) + column), (nuint)columns, ref Unsafe.Add(ref destination, (column * rows) + row), (nuint)rows);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TransposeBlock(ref float source, nuint stride, ref float destination, nuint outStride)
    {
        // Rows 0-3 in the lower half, 4-7 in the upper one; then pairs and quadruples of columns within the halves.
        Vector256<float> a0 = Halves(ref source, stride, 0, 0), a1 = Halves(ref source, stride, 1, 0), a2 = Halves(ref source, stride, 2, 0), a3 = Halves(ref source, stride, 3, 0);
        Vector256<float> b0 = Halves(ref source, stride, 0, 4), b1 = Halves(ref source, stride, 1, 4), b2 = Halves(ref source, stride, 2, 4), b3 = Halves(ref source, stride, 3, 4);
        StoreColumns(a0, a1, a2, a3, ref destination, outStride);
        StoreColumns(b0, b1, b2, b3, ref Unsafe.Add(ref destination, 4 * outStride), outStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Halves(ref float source, nuint stride, nuint row, nuint column) => Vector256.Create(
        Vector128.LoadUnsafe(ref source, (row * stride) + column),
        Vector128.LoadUnsafe(ref source, ((row + 4) * stride) + column));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreColumns(Vector256<float> r0, Vector256<float> r1, Vector256<float> r2, Vector256<float> r3, ref float destination, nuint stride)
    {
        Vector256<float> low01 = Avx.UnpackLow(r0, r1), high01 = Avx.UnpackHigh(r0, r1);
        Vector256<float> low23 = Avx.UnpackLow(r2, r3), high23 = Avx.UnpackHigh(r2, r3);
        Avx.Shuffle(low01, low23, 0b01_00_01_00).StoreUnsafe(ref destination);
        Avx.Shuffle(low01, low23, 0b11_10_11_10).StoreUnsafe(ref destination, stride);
        Avx.Shuffle(high01, high23, 0b01_00_01_00).StoreUnsafe(ref destination, 2 * stride);
        Avx.Shuffle(high01, high23, 0b11_10_11_10).StoreUnsafe(ref destination, 3 * stride);
    }
}
