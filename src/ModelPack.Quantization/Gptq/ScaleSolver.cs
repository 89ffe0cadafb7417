namespace ModelPack.Quantization.Gptq;

/// <summary>Minimizes -2 d.v + d^T M d over the change d of a row's scales, first freely, then among float16 numbers.</summary>
internal sealed class ScaleSolver(int groups)
{
    private const int Relaxations = 30;

    private const int Roundings = 2;

    /// <summary>A relaxation that moves no scale by more than this share ends the search: a tenth of the float16 step.</summary>
    private const float Settled = 5e-5f;

    private readonly float[] _changes = new float[groups];
    private readonly float[] _gradient = new float[groups];

    /// <summary>[groups]: v on entry to <see cref="Improve"/>, v - M d afterwards.</summary>
    public float[] Residual { get; } = new float[groups];

    /// <summary>Replaces the scales by better ones; false where none were found, with the scales as they were.</summary>
    /// <param name="system">M, [groups, groups].</param>
    /// <param name="scales">float16 numbers, changed.</param>
    public bool Improve(ReadOnlySpan<float> system, Span<float> scales)
    {
        Residual.CopyTo(_gradient, 0);
        Array.Clear(_changes);
        for (int i = 0; i < Relaxations && Relax(system, scales) > Settled; i++)
        {
        }

        for (int i = 0; i < Roundings; i++)
        {
            Round(system, scales);
        }

        double gain = 0;
        for (int group = 0; group < groups; group++)
        {
            gain += _changes[group] * ((double)_gradient[group] + Residual[group]);
        }

        if (!(gain > 0))
        {
            return false;
        }

        for (int group = 0; group < groups; group++)
        {
            scales[group] += _changes[group];
        }

        return true;
    }

    /// <summary>Sets each scale to the best one given the others; the largest relative move.</summary>
    private float Relax(ReadOnlySpan<float> system, ReadOnlySpan<float> scales)
    {
        float largest = 0;
        for (int group = 0; group < groups; group++)
        {
            float diagonal = system[(group * groups) + group];
            if (diagonal > 0)
            {
                float step = Residual[group] / diagonal;
                Move(system, group, step);
                largest = Math.Max(largest, Math.Abs(step / scales[group]));
            }
        }

        return largest;
    }

    private void Round(ReadOnlySpan<float> system, ReadOnlySpan<float> scales)
    {
        for (int group = 0; group < groups; group++)
        {
            float diagonal = system[(group * groups) + group], wanted = scales[group] + _changes[group];
            if (diagonal > 0)
            {
                wanted += Residual[group] / diagonal;
            }

            Move(system, group, StoredScale.Round(wanted) - scales[group] - _changes[group]);
            _changes[group] = StoredScale.Round(wanted) - scales[group];
        }
    }

    private void Move(ReadOnlySpan<float> system, int group, float step)
    {
        _changes[group] += step;
        Sums.Subtract(Residual, step, system.Slice(group * groups, groups));
    }
}
