namespace ModelPack.Quantization.Activations;

/// <summary>The range with the least squared error of its codes. Pure.</summary>
public static class SquaredErrorRange
{
    // Each end is tried at 1, 63/64 ... 1/64 of what was seen.
    private const int Steps = 64;

    /// <summary>
    /// Tries every pair of ends. Inside the range rounding costs step^2 / 12 a value, outside a value costs its squared distance; both come
    /// from running sums over the bins, so a pair costs nothing but arithmetic.
    /// </summary>
    public static ActivationRange Of(ActivationHistogram histogram, CodeSpan codes)
    {
        ArgumentNullException.ThrowIfNull(histogram);
        ActivationRange seen = histogram.Range;
        if (seen.IsEmpty)
        {
            return seen;
        }

        ActivationRange wide = seen.WithZero();
        var sums = new RunningSums(histogram);
        ActivationRange best = wide;
        double least = double.PositiveInfinity;
        foreach (double low in Ends(wide.Min))
        {
            foreach (double high in Ends(wide.Max))
            {
                double step = codes.Symmetric ? Math.Max(-low, high) / codes.Max : (high - low) / (codes.Max - codes.Min);
                double from = codes.Symmetric ? -step * codes.Max : low, to = codes.Symmetric ? step * codes.Max : high;
                double error = sums.Below(from) + sums.Above(to) + (sums.Between(from, to) * step * step / 12);
                if (error < least)
                {
                    least = error;
                    best = new ActivationRange((float)low, (float)high);
                }
            }
        }

        return best;
    }

    private static IEnumerable<double> Ends(double end) => end == 0 ? [0.0] : Enumerable.Range(0, Steps).Select(i => end * (Steps - i) / Steps);

    private sealed class RunningSums
    {
        private readonly double _width;
        private readonly int _first;
        private readonly double[] _count, _sum, _square;

        public RunningSums(ActivationHistogram histogram)
        {
            (int first, int last) = histogram.Filled();
            _width = histogram.Width;
            _first = first;
            int bins = last - first + 1;
            (_count, _sum, _square) = (new double[bins + 1], new double[bins + 1], new double[bins + 1]);
            for (int i = 0; i < bins; i++)
            {
                // Zeros lie at the lower end of their bin and are represented exactly.
                double middle = histogram.Middle(first + i), count = histogram[first + i];
                _count[i + 1] = _count[i] + count;
                _sum[i + 1] = _sum[i] + (count * middle);
                _square[i + 1] = _square[i] + (count * middle * middle);
            }
        }

        public double Between(double low, double high) => _count[At(high)] - _count[At(low)];

        public double Below(double end) => Distance(0, At(end), end);

        public double Above(double end) => Distance(At(end), _count.Length - 1, end);

        // sum (x - end)^2 over the bins from one boundary to another; never negative but for rounding.
        private double Distance(int from, int to, double end) => to <= from
            ? 0
            : Math.Max(0, _square[to] - _square[from] - (2 * end * (_sum[to] - _sum[from])) + (end * end * (_count[to] - _count[from])));

        // The bin boundary nearest to a value.
        private int At(double value) => (int)Math.Clamp(Math.Round(value / _width) - _first, 0, _count.Length - 1);
    }
}
