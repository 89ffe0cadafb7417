namespace ModelPack.Quantization.Activations;

/// <summary>
/// Counts of values in bins of equal width around zero, built value by value in constant memory. The width is a power of two and bins are
/// merged in pairs when a value lies outside, so the counts are the same in whatever order and portions values come. Not thread-safe.
/// </summary>
public sealed class ActivationHistogram
{
    /// <summary>Bins on each side of zero.</summary>
    public const int Half = 4096;

    private readonly long[] _counts = new long[2 * Half];
    private int _exponent = int.MinValue;
    private long _onlyZeros;

    /// <summary>Smallest and largest value seen.</summary>
    public ActivationRange Range { get; private set; } = ActivationRange.Empty;

    /// <summary>Values seen, without those that are not finite.</summary>
    public long Count { get; private set; }

    /// <summary>Values that were NaN or infinite.</summary>
    public long NonFinite { get; private set; }

    /// <summary>Width of a bin; 1 while only zeros were seen.</summary>
    public double Width => _exponent == int.MinValue ? 1 : Math.ScaleB(1.0, _exponent);

    /// <summary>Count of the values in [(<paramref name="bin"/>) width, (bin + 1) width); bins run from -<see cref="Half"/> to Half - 1.</summary>
    public long this[int bin] => _counts[bin + Half] + (bin == 0 ? _onlyZeros : 0);

    /// <summary>Middle of a bin.</summary>
    public double Middle(int bin) => (bin + 0.5) * Width;

    /// <summary>Adds values.</summary>
    public void Add(ReadOnlySpan<float> values)
    {
        float min = Range.Min, max = Range.Max;
        float largest = 0;
        foreach (float value in values)
        {
            if (float.IsFinite(value))
            {
                min = Math.Min(min, value);
                max = Math.Max(max, value);
                largest = Math.Max(largest, Math.Abs(value));
            }
        }

        Range = new ActivationRange(min, max);
        if (largest > 0)
        {
            Widen(largest);
        }

        double inverse = _exponent == int.MinValue ? 0 : Math.ScaleB(1.0, -_exponent);
        foreach (float value in values)
        {
            if (!float.IsFinite(value))
            {
                NonFinite++;
                continue;
            }

            Count++;
            if (_exponent == int.MinValue)
            {
                _onlyZeros++;
            }
            else
            {
                _counts[(int)Math.Floor(value * inverse) + Half]++;
            }
        }
    }

    /// <summary>First and last bin with values; (0, 0) when there are none.</summary>
    public (int First, int Last) Filled()
    {
        int first = Array.FindIndex(_counts, count => count > 0), last = Array.FindLastIndex(_counts, count => count > 0);
        return first < 0 ? (0, 0) : _onlyZeros > 0 ? (Math.Min(first - Half, 0), Math.Max(last - Half, 0)) : (first - Half, last - Half);
    }

    private void Widen(float largest)
    {
        // |value| < 2^(log + 1) <= Half 2^exponent.
        int needed = Math.ILogB(largest) + 1 - 12;
        if (_exponent == int.MinValue)
        {
            _exponent = needed;
        }

        for (; _exponent < needed; _exponent++)
        {
            for (int bin = 0; bin < Half; bin++)
            {
                _counts[Half + bin] = bin < Half / 2 ? _counts[Half + (2 * bin)] + _counts[Half + (2 * bin) + 1] : 0;
            }

            for (int bin = -1; bin >= -Half; bin--)
            {
                _counts[Half + bin] = bin >= -Half / 2 ? _counts[Half + (2 * bin)] + _counts[Half + (2 * bin) + 1] : 0;
            }
        }
    }
}
