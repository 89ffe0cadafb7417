using System.Runtime.InteropServices;
using ModelPack.Quantization.Lanes;

namespace ModelPack.Quantization.Gptq;

/// <summary>
/// Minimizes -2 d.v + d^T M d over the change d of a row's scales by relaxation, first freely, then among float16 numbers with the rest compensating.
/// One row a lane; a row whose best change does not gain keeps its scales.
/// </summary>
internal sealed class ScaleSolver<TLanes, TVector>(int groups)
    where TLanes : ILanes<TVector>
    where TVector : struct
{
    private const int Relaxations = 30;

    private const int Roundings = 2;

    private readonly float[] _scales = new float[groups * TLanes.Width];
    private readonly float[] _changes = new float[groups * TLanes.Width];
    private readonly float[] _gradient = new float[groups * TLanes.Width];
    private readonly float[] _steps = new float[TLanes.Width];

    /// <summary>[groups, lanes]: v on entry to <see cref="Improve"/>, v - M d afterwards.</summary>
    public float[] Residual { get; } = new float[groups * TLanes.Width];

    /// <summary>Replaces the scales of some rows by better ones.</summary>
    /// <param name="system">M, [groups, groups, lanes].</param>
    /// <param name="block">The rows.</param>
    /// <param name="firstRow">Row of the first lane.</param>
    /// <returns>Rows with other scales.</returns>
    public int Improve(float[] system, RowBlock block, int firstRow)
    {
        int lanes = Math.Min(TLanes.Width, block.Rows - firstRow);
        Load(block, firstRow, lanes);
        Residual.CopyTo(_gradient, 0);
        Array.Clear(_changes);
        for (int i = 0; i < Relaxations; i++)
        {
            for (int group = 0; group < groups; group++)
            {
                Move(system, group, Best(system, group));
            }
        }

        for (int i = 0; i < Roundings; i++)
        {
            for (int group = 0; group < groups; group++)
            {
                Round(system, group, lanes);
            }
        }

        return Store(block, firstRow, lanes);
    }

    private void Load(RowBlock block, int firstRow, int lanes)
    {
        for (int group = 0; group < groups; group++)
        {
            for (int lane = 0; lane < lanes; lane++)
            {
                _scales[(group * TLanes.Width) + lane] = block.Scales[((firstRow + lane) * groups) + group];
            }
        }
    }

    private int Store(RowBlock block, int firstRow, int lanes)
    {
        int changed = 0;
        for (int lane = 0; lane < lanes; lane++)
        {
            double gain = 0;
            for (int at = lane; at < _changes.Length; at += TLanes.Width)
            {
                gain += _changes[at] * ((double)_gradient[at] + Residual[at]);
            }

            if (!(gain > 0))
            {
                continue;
            }

            changed++;
            for (int group = 0; group < groups; group++)
            {
                block.Scales[((firstRow + lane) * groups) + group] += _changes[(group * TLanes.Width) + lane];
            }
        }

        return changed;
    }

    /// <summary>The step to the best scale given the others; none for a group without levels.</summary>
    private TVector Best(float[] system, int group)
    {
        TVector diagonal = TLanes.Load(in system[((group * groups) + group) * TLanes.Width], 0), none = TLanes.Create(0);
        return TLanes.SelectGreater(diagonal, none, TLanes.Divide(TLanes.Load(in Residual[group * TLanes.Width], 0), diagonal), none);
    }

    private void Round(float[] system, int group, int lanes)
    {
        TLanes.Store(Best(system, group), ref _steps[0], 0);
        for (int lane = 0; lane < lanes; lane++)
        {
            int at = (group * TLanes.Width) + lane;
            float rounded = StoredScale.Round(_scales[at] + _changes[at] + _steps[lane]) - _scales[at];
            _steps[lane] = rounded - _changes[at];
        }

        Move(system, group, TLanes.Load(in _steps[0], 0));
        for (int lane = 0; lane < lanes; lane++)
        {
            // Without the roundings of the steps that led there.
            int at = (group * TLanes.Width) + lane;
            _changes[at] = StoredScale.Round(_scales[at] + _changes[at]) - _scales[at];
        }
    }

    private void Move(float[] system, int group, TVector step)
    {
        ref float changes = ref _changes[group * TLanes.Width];
        TLanes.Store(TLanes.Add(TLanes.Load(in changes, 0), step), ref changes, 0);
        TVector minus = TLanes.Multiply(step, TLanes.Create(-1));
        ref float row = ref system[group * groups * TLanes.Width], residual = ref MemoryMarshal.GetArrayDataReference(Residual);
        for (int at = 0; at < groups * TLanes.Width; at += TLanes.Width)
        {
            TLanes.Store(TLanes.MultiplyAdd(minus, TLanes.Load(in row, at), TLanes.Load(in residual, at)), ref residual, at);
        }
    }
}
