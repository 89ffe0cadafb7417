using ModelPack.Packing.Manifests;
using ModelPack.Packing.OnnxModels.Samples;

namespace ModelPack.Packing.OnnxModels.Running;

/// <summary>Adds up how the outputs of two models compare, sample by sample. Not thread-safe.</summary>
internal sealed class OutputAgreement(IReadOnlyList<string> names)
{
    private readonly Dictionary<string, Sums> _sums = names.ToDictionary(name => name, _ => new Sums(), StringComparer.Ordinal);

    /// <summary>Samples added.</summary>
    public int Samples { get; private set; }

    /// <summary>True when an output of the second model was no number where the first one's was.</summary>
    public string? NotFinite { get; private set; }

    /// <summary>Adds the outputs of one sample.</summary>
    public void Add(IReadOnlyDictionary<string, SampleTensor> reference, IReadOnlyDictionary<string, SampleTensor> actual)
    {
        Samples++;
        foreach (string name in names.Where(name => reference.ContainsKey(name) && actual.ContainsKey(name)))
        {
            if (!_sums[name].Add(reference[name], actual[name]))
            {
                NotFinite ??= name;
            }
        }
    }

    /// <summary>What was found, output by output.</summary>
    public IReadOnlyList<ManifestOutput> Describe() => [.. names.Where(name => _sums[name].Any).Select(name => _sums[name].Describe(name))];

    private sealed class Sums
    {
        private double _cosine = 2;
        private double _norm;
        private double _error;
        private bool _isFloat;
        private long _rows;
        private long _agreed;

        public bool Any { get; private set; }

        public bool Add(SampleTensor reference, SampleTensor actual)
        {
            Any = true;
            bool sameShape = reference.Shape.SequenceEqual(actual.Shape) && reference.Type == actual.Type;
            if (!reference.IsFloat)
            {
                _rows++;
                _agreed += sameShape && reference.SameValues(actual) ? 1 : 0;
                return true;
            }

            _isFloat = true;
            if (!sameShape)
            {
                _rows++;
                _cosine = Math.Min(_cosine, 0);
                return true;
            }

            float[] expected = reference.ToFloats(), values = actual.ToFloats();
            bool finite = true;
            double dot = 0, expectedNorm = 0, norm = 0, error = 0;
            for (int i = 0; i < expected.Length; i++)
            {
                if (!float.IsFinite(expected[i]) || !float.IsFinite(values[i]))
                {
                    // Masks are often minus infinity; what is the same in both says nothing.
                    finite &= !float.IsFinite(expected[i]);
                    continue;
                }

                double difference = (double)expected[i] - values[i];
                dot += (double)expected[i] * values[i];
                expectedNorm += (double)expected[i] * expected[i];
                norm += (double)values[i] * values[i];
                error += difference * difference;
            }

            _norm += expectedNorm;
            _error += error;
            _cosine = Math.Min(_cosine, expectedNorm == 0 || norm == 0 ? (expectedNorm == norm ? 1 : 0) : dot / Math.Sqrt(expectedNorm * norm));
            AddRows(expected, values, reference.Shape);
            return finite;
        }

        public ManifestOutput Describe(string name) => new(
            name,
            _isFloat ? Math.Round(_cosine, 6) : null,
            !_isFloat ? null : ManifestNumber.Round(_norm == 0 ? (_error == 0 ? 0 : 1) : Math.Sqrt(_error / _norm)),
            _rows == 0 ? null : Math.Round((double)_agreed / _rows, 6));

        private void AddRows(float[] expected, float[] values, IReadOnlyList<long> shape)
        {
            int width = shape.Count == 0 ? 1 : (int)shape[^1];
            if (width < 2)
            {
                return;
            }

            for (int start = 0; start < expected.Length; start += width)
            {
                _rows++;
                _agreed += Largest(expected.AsSpan(start, width)) == Largest(values.AsSpan(start, width)) ? 1 : 0;
            }
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
}
