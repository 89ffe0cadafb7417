using System.Runtime.CompilerServices;
using ModelPack.Quantization.Lanes;

namespace ModelPack.Quantization.Gptq;

/// <summary>Products of a small matrix with vectors that lie one a lane.</summary>
internal static class TileProduct
{
    private const int RowsAtOnce = 4;

    /// <summary>Sum of row[j] * values[j] over j from <paramref name="from"/> to before <paramref name="to"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Sum<TLanes, TVector>(ref float values, ref readonly float row, int from, int to)
        where TLanes : ILanes<TVector>
        where TVector : struct
    {
        TVector even = TLanes.Create(0), odd = even;
        ref float factors = ref Unsafe.AsRef(in row);
        int j = from;
        for (; j < to - 1; j += 2)
        {
            even = TLanes.MultiplyAdd(TLanes.Load(in values, j * TLanes.Width), TLanes.Create(Unsafe.Add(ref factors, j)), even);
            odd = TLanes.MultiplyAdd(TLanes.Load(in values, (j + 1) * TLanes.Width), TLanes.Create(Unsafe.Add(ref factors, j + 1)), odd);
        }

        return j < to ? TLanes.MultiplyAdd(TLanes.Load(in values, j * TLanes.Width), TLanes.Create(Unsafe.Add(ref factors, j)), TLanes.Add(even, odd)) : TLanes.Add(even, odd);
    }

    /// <summary>result = start + matrix values, four rows of the matrix at a time.</summary>
    /// <param name="vectors">[size, lanes].</param>
    /// <param name="start">[rows, lanes].</param>
    /// <param name="result">[rows, lanes], written; may be <paramref name="start"/>.</param>
    /// <param name="square">[rows, size], rows <paramref name="stride"/> apart.</param>
    /// <param name="stride">From one row of the matrix to the next.</param>
    /// <param name="rows">Rows of the matrix.</param>
    /// <param name="size">Columns of the matrix.</param>
    public static void Multiply<TLanes, TVector>(ref float vectors, float[] start, float[] result, ReadOnlySpan<float> square, int stride, int rows, int size)
        where TLanes : ILanes<TVector>
        where TVector : struct
    {
        int i = 0;
        for (; i <= rows - RowsAtOnce; i += RowsAtOnce)
        {
            ref float a = ref Unsafe.AsRef(in square.Slice(i * stride, size)[0]), b = ref Unsafe.AsRef(in square.Slice((i + 1) * stride, size)[0]);
            ref float c = ref Unsafe.AsRef(in square.Slice((i + 2) * stride, size)[0]), d = ref Unsafe.AsRef(in square.Slice((i + 3) * stride, size)[0]);
            TVector sumA = TLanes.Load(in start[0], i * TLanes.Width), sumB = TLanes.Load(in start[0], (i + 1) * TLanes.Width);
            TVector sumC = TLanes.Load(in start[0], (i + 2) * TLanes.Width), sumD = TLanes.Load(in start[0], (i + 3) * TLanes.Width);
            for (int j = 0; j < size; j++)
            {
                TVector value = TLanes.Load(in vectors, j * TLanes.Width);
                sumA = TLanes.MultiplyAdd(value, TLanes.Create(Unsafe.Add(ref a, j)), sumA);
                sumB = TLanes.MultiplyAdd(value, TLanes.Create(Unsafe.Add(ref b, j)), sumB);
                sumC = TLanes.MultiplyAdd(value, TLanes.Create(Unsafe.Add(ref c, j)), sumC);
                sumD = TLanes.MultiplyAdd(value, TLanes.Create(Unsafe.Add(ref d, j)), sumD);
            }

            TLanes.Store(sumA, ref result[0], i * TLanes.Width);
            TLanes.Store(sumB, ref result[0], (i + 1) * TLanes.Width);
            TLanes.Store(sumC, ref result[0], (i + 2) * TLanes.Width);
            TLanes.Store(sumD, ref result[0], (i + 3) * TLanes.Width);
        }

        for (; i < rows; i++)
        {
            TVector sum = Sum<TLanes, TVector>(ref vectors, in square.Slice(i * stride, size)[0], 0, size);
            TLanes.Store(TLanes.Add(sum, TLanes.Load(in start[0], i * TLanes.Width)), ref result[0], i * TLanes.Width);
        }
    }
}
