using ModelPack.Packing.OnnxModels.Samples;

namespace ModelPack.Packing.OnnxModels.Activations.Trials;

/// <summary>Compares the outputs of two models, sample by sample. Not thread-safe.</summary>
internal sealed class OutputComparison
{
    private double _cosine = 1;
    private long _rows;
    private long _agreeing;

    /// <summary>What was seen so far.</summary>
    public OutputAgreement Agreement => new(_cosine, _rows == 0 ? null : (double)_agreeing / _rows);

    /// <summary>Adds one output.</summary>
    public void Add(SampleTensor expected, SampleTensor actual)
    {
        if (!expected.IsFloat || expected.Count == 0)
        {
            return;
        }

        if (!expected.Shape.SequenceEqual(actual.Shape))
        {
            _cosine = 0;
            return;
        }

        float[] wanted = expected.ToFloats(), given = actual.ToFloats();
        _cosine = Math.Min(_cosine, Cosine(wanted, given));
        int width = expected.Shape.Count == 0 ? 1 : (int)expected.Shape[^1];
        for (int row = 0; width > 1 && row < wanted.Length; row += width)
        {
            _rows++;
            _agreeing += Largest(wanted.AsSpan(row, width)) == Largest(given.AsSpan(row, width)) ? 1 : 0;
        }
    }

    /// <summary>Cosine of two tensors taken as vectors; two of zeros agree.</summary>
    public static double Cosine(ReadOnlySpan<float> first, ReadOnlySpan<float> second)
    {
        double product = 0, a = 0, b = 0;
        for (int i = 0; i < first.Length; i++)
        {
            product += (double)first[i] * second[i];
            a += (double)first[i] * first[i];
            b += (double)second[i] * second[i];
        }

        double cosine = a == 0 && b == 0 ? 1 : product / Math.Sqrt(a * b);
        return double.IsFinite(cosine) ? Math.Min(cosine, 1) : 0;
    }

    private static int Largest(ReadOnlySpan<float> row)
    {
        int largest = 0;
        for (int i = 1; i < row.Length; i++)
        {
            largest = row[i] > row[largest] ? i : largest;
        }

        return largest;
    }
}
