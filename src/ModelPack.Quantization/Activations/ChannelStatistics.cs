namespace ModelPack.Quantization.Activations;

/// <summary>Ranges and mean squares of each input channel of an operator. Sums are double. Not thread-safe.</summary>
/// <param name="channels">Input channels.</param>
public sealed class ChannelStatistics(int channels)
{
    private readonly float[] _min = new float[channels];
    private readonly float[] _max = new float[channels];
    private readonly double[] _squares = new double[channels];
    private long _counted;

    /// <summary>[channels] smallest value, zero at most.</summary>
    public ReadOnlySpan<float> Min => _min;

    /// <summary>[channels] largest value, zero at least.</summary>
    public ReadOnlySpan<float> Max => _max;

    /// <summary>Adds values.</summary>
    /// <param name="values">[outer, channels, inner].</param>
    /// <param name="inner">Values that follow each other within a channel.</param>
    /// <exception cref="ArgumentException">The values are no whole number of channels.</exception>
    public void Add(ReadOnlySpan<float> values, int inner)
    {
        if (inner < 1 || values.Length % ((long)_min.Length * inner) != 0)
        {
            throw new ArgumentException($"{values.Length} values are no {_min.Length} channels of {inner}.", nameof(values));
        }

        for (int i = 0, channel = 0; i < values.Length; i += inner, channel = channel + 1 == _min.Length ? 0 : channel + 1)
        {
            foreach (float value in values.Slice(i, inner))
            {
                _min[channel] = Math.Min(_min[channel], value);
                _max[channel] = Math.Max(_max[channel], value);
                _squares[channel] += (double)value * value;
            }
        }

        _counted += values.Length / _min.Length;
    }

    /// <summary>Mean square of a channel; 0 before anything was added.</summary>
    public double MeanSquare(int channel) => _counted == 0 ? 0 : _squares[channel] / _counted;

    /// <summary>The range of all channels together, each divided by its factor.</summary>
    /// <param name="factors">[channels]; empty: all 1.</param>
    public ActivationRange RangeOver(ReadOnlySpan<float> factors)
    {
        ActivationRange range = new(0, 0);
        for (int i = 0; i < _min.Length; i++)
        {
            float factor = factors.IsEmpty ? 1 : factors[i];
            range = range.Union(new ActivationRange(_min[i] / factor, _max[i] / factor));
        }

        return range;
    }
}
