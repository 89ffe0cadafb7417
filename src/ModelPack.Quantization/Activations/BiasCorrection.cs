namespace ModelPack.Quantization.Activations;

/// <summary>
/// The mean error of each output, to be taken off its bias (Nagel et al. 2019, "Data-free quantization through weight equalization and bias
/// correction", with measured instead of assumed means). Values come in portions; sums are double. Not thread-safe.
/// </summary>
/// <param name="channels">Outputs that have a bias of their own.</param>
public sealed class BiasCorrection(int channels)
{
    private readonly double[] _sums = new double[channels];
    private long _counted;

    /// <summary>Adds what an operator gave and what it should have given.</summary>
    /// <param name="expected">[outer, channels, inner].</param>
    /// <param name="actual">The same shape.</param>
    /// <param name="inner">Values that follow each other within a channel: the pixels of a convolution's output, 1 of a product's.</param>
    public void Add(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, int inner)
    {
        if (expected.Length != actual.Length || inner < 1 || expected.Length % ((long)_sums.Length * inner) != 0)
        {
            throw new ArgumentException($"{expected.Length} and {actual.Length} values are no outputs of {_sums.Length} channels of {inner}.", nameof(actual));
        }

        for (int i = 0, channel = 0; i < expected.Length; i += inner, channel = (channel + 1) % _sums.Length)
        {
            for (int j = i; j < i + inner; j++)
            {
                _sums[channel] += (double)expected[j] - actual[j];
            }
        }

        _counted += expected.Length / _sums.Length;
    }

    /// <summary>What to add to each bias; zeros before anything was added.</summary>
    public float[] Corrections() => Array.ConvertAll(_sums, sum => _counted == 0 ? 0 : (float)(sum / _counted));
}
