using System.Runtime.InteropServices;
using ModelPack.Formats.Onnx;
using ModelPack.Formats.Onnx.Protobuf;

namespace ModelPack.Packing.OnnxModels.Activations.Operators;

/// <summary>Nodes and constants that take the place of an operator. Names of new values begin with a prefix of its own. Not thread-safe.</summary>
/// <param name="prefix">A beginning that no other value has.</param>
internal sealed class OperatorPatch(string prefix)
{
    /// <summary>The nodes, in order.</summary>
    public List<NodeProto> Nodes { get; } = [];

    /// <summary>The constants.</summary>
    public List<TensorProto> Initializers { get; } = [];

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
