using System.Runtime.InteropServices;
using ModelPack.Quantization.Lanes;

namespace ModelPack.Quantization.Gptq;

/// <summary>
/// Every scale, then every code of its group is set to the best one given all others. With E = weights - values and P = E H, column k wants the
/// value Q_k + P_k / H_kk, and a group with levels l wants its scale changed by l.P / (l H l): what a joint least-squares fit of all scales of a row
/// solves exactly, one unknown at a time. The damped objective never rises. One row a lane.
/// </summary>
/// <param name="format">How the rows are stored.</param>
/// <param name="scales">False: scales stay.</param>
/// <param name="codes">False: codes stay.</param>
internal sealed class CoordinateDescent<TLanes, TVector>(CodeFormat format, bool scales, bool codes) : ITileStep
    where TLanes : ILanes<TVector>
    where TVector : struct
{
    private readonly GroupScale<TLanes, TVector> _scale = new(format);

    /// <inheritdoc/>
    public void Run(ColumnTile tile, float[] square, RowBlock block, int start, int length, int firstRow)
    {
        for (int first = 0; first < length; first += format.GroupSize)
        {
            int size = Math.Min(format.GroupSize, length - first), group = (start + first) / format.GroupSize;
            _scale.Load(block, group, firstRow);
            _scale.Begin(tile, first, size);
            if (scales)
            {
                _scale.Refit(tile, square, length, first, size);
            }

            if (codes)
            {
                Descend(tile, square, length, first, size);
            }

            _scale.Finish(tile, first, size);
            _scale.Store(block, group, firstRow);
        }
    }

    private void Descend(ColumnTile tile, float[] square, int length, int first, int size)
    {
        TVector minus = TLanes.Create(-1), scale = _scale.Scale, low = TLanes.Multiply(_scale.Zero, minus), high = TLanes.Add(low, TLanes.Create(format.MaxCode));
        ref float products = ref MemoryMarshal.GetArrayDataReference(tile.Values), levels = ref MemoryMarshal.GetArrayDataReference(tile.Levels);
        Span<float> steps = stackalloc float[TLanes.Width];
        for (int i = first; i < first + size; i++)
        {
            int at = i * TLanes.Width;
            ReadOnlySpan<float> row = square.AsSpan(i * length, length);
            TVector level = TLanes.Load(in levels, at);
            TVector wanted = TLanes.MultiplyAdd(scale, level, TLanes.Divide(TLanes.Load(in products, at), TLanes.Create(row[i])));
            TVector better = TLanes.Max(TLanes.Min(TLanes.Round(TLanes.Divide(wanted, scale)), high), low);
            TVector step = TLanes.MultiplyAdd(better, minus, level);
            TLanes.Store(better, ref levels, at);
            TLanes.Store(step, ref steps[0], 0);
            if (!steps.ContainsAnyExcept(0f))
            {
                continue;
            }

            TVector minusChange = TLanes.Multiply(scale, step);
            for (int j = 0; j < row.Length; j++)
            {
                TLanes.Store(TLanes.MultiplyAdd(minusChange, TLanes.Create(row[j]), TLanes.Load(in products, j * TLanes.Width)), ref products, j * TLanes.Width);
            }
        }
    }
}
