using ModelPack.Formats.Onnx;
using ModelPack.Formats.Onnx.Protobuf;

namespace ModelPack.Packing.OnnxModels.Activations.Operators;

/// <summary>Nodes and constants that take the place of an operator. Names of new values begin with a prefix of its own. Not thread-safe.</summary>
/// <param name="prefix">A beginning that no other value has.</param>
internal sealed class OperatorPatch(string prefix)
{
    private double _difference;
    private double _norm;

    /// <summary>The nodes, in order.</summary>
    public List<NodeProto> Nodes { get; } = [];

    /// <summary>The constants.</summary>
    public List<TensorProto> Initializers { get; } = [];

    /// <summary>What the weights became.</summary>
    public QuantizedWeight? Weight { get; private set; }

    /// <summary>Notes codes of weights against the float values; several add up to one matrix.</summary>
    /// <param name="values">Float weights.</param>
    /// <param name="codes">Their codes, in the same order.</param>
    /// <param name="scaleOf">The scale of the weight at a position.</param>
    /// <param name="outputs">Rows that have a scale.</param>
    public void Note(ReadOnlySpan<float> values, ReadOnlySpan<sbyte> codes, Func<int, float> scaleOf, int outputs)
    {
        for (int i = 0; i < values.Length; i++)
        {
            double difference = values[i] - ((double)codes[i] * scaleOf(i));
            _difference += difference * difference;
            _norm += (double)values[i] * values[i];
        }

        Weight = new QuantizedWeight(outputs, (Weight?.Inputs ?? 0) + (values.Length / Math.Max(1, outputs)), _norm == 0 ? 0 : Math.Sqrt(_difference / _norm));
    }

    /// <summary>A name for a new value.</summary>
    public string Name(string part) => $"{prefix}{part}";

    /// <summary>Adds a constant and returns its name.</summary>
    public string Constant<T>(string part, ReadOnlySpan<long> dims, ReadOnlySpan<T> values)
        where T : unmanaged
    {
        TensorProto tensor = OnnxGraphBuilder.Tensor(dims, values);
        tensor.Name = Name(part);
        Initializers.Add(tensor);
        return tensor.Name;
    }
}
