using System.Runtime.InteropServices;
using ModelPack.Quantization.Lanes;

namespace ModelPack.Quantization.Gptq;

/// <summary>Subtracts a few multiples of a matrix's rows from one row.</summary>
internal static class RowUpdate
{
    private const int RowsAtOnce = 4;

    /// <summary>target -= sum of changes[i] * rows[places[i]], in this order.</summary>
    /// <param name="target">[columns].</param>
    /// <param name="matrix">[any, columns].</param>
    /// <param name="places">Rows of the matrix.</param>
    /// <param name="changes">One factor a place.</param>
    public static void Subtract<TLanes, TVector>(Span<float> target, float[] matrix, ReadOnlySpan<int> places, ReadOnlySpan<float> changes)
        where TLanes : ILanes<TVector>
        where TVector : struct
    {
        int wide = target.Length - (target.Length % TLanes.Width);
        int i = 0;
        for (; i <= places.Length - RowsAtOnce; i += RowsAtOnce)
        {
            Four<TLanes, TVector>(target, matrix, places.Slice(i, RowsAtOnce), changes.Slice(i, RowsAtOnce), 0, wide);
            Four<Lanes1, float>(target, matrix, places.Slice(i, RowsAtOnce), changes.Slice(i, RowsAtOnce), wide, target.Length);
        }

        for (; i < places.Length; i++)
        {
            One<TLanes, TVector>(target, matrix, places[i], changes[i], 0, wide);
            One<Lanes1, float>(target, matrix, places[i], changes[i], wide, target.Length);
        }
    }

    private static void Four<TLanes, TVector>(Span<float> target, float[] matrix, ReadOnlySpan<int> places, ReadOnlySpan<float> changes, int from, int to)
        where TLanes : ILanes<TVector>
        where TVector : struct
    {
        ref readonly float a = ref matrix.AsSpan(places[0] * target.Length, target.Length)[0];
        ref readonly float b = ref matrix.AsSpan(places[1] * target.Length, target.Length)[0];
        ref readonly float c = ref matrix.AsSpan(places[2] * target.Length, target.Length)[0];
        ref readonly float d = ref matrix.AsSpan(places[3] * target.Length, target.Length)[0];
        TVector timesA = TLanes.Create(-changes[0]), timesB = TLanes.Create(-changes[1]), timesC = TLanes.Create(-changes[2]), timesD = TLanes.Create(-changes[3]);
        ref float start = ref MemoryMarshal.GetReference(target);
        for (int at = from; at < to; at += TLanes.Width)
        {
            TVector sum = TLanes.MultiplyAdd(timesA, TLanes.Load(in a, at), TLanes.Load(in start, at));
            sum = TLanes.MultiplyAdd(timesB, TLanes.Load(in b, at), sum);
            sum = TLanes.MultiplyAdd(timesC, TLanes.Load(in c, at), sum);
            TLanes.Store(TLanes.MultiplyAdd(timesD, TLanes.Load(in d, at), sum), ref start, at);
        }
    }

    private static void One<TLanes, TVector>(Span<float> target, float[] matrix, int place, float change, int from, int to)
        where TLanes : ILanes<TVector>
        where TVector : struct
    {
        ref readonly float row = ref matrix.AsSpan(place * target.Length, target.Length)[0];
        TVector times = TLanes.Create(-change);
        ref float start = ref MemoryMarshal.GetReference(target);
        for (int at = from; at < to; at += TLanes.Width)
        {
            TLanes.Store(TLanes.MultiplyAdd(times, TLanes.Load(in row, at), TLanes.Load(in start, at)), ref start, at);
        }
    }
}
