using System.Runtime.InteropServices;
using Google.Protobuf;
using ModelPack.Formats.Onnx.Protobuf;

namespace ModelPack.Formats.Onnx;

/// <summary>
/// Builds an ONNX graph node by node. Every value has one producer, so names of inputs, initializers and node outputs are
/// unique; the operator sets that nodes use are imported by themselves. Not thread-safe.
/// </summary>
/// <remarks>Operators outside ai.onnx are named with their domain, as in <c>com.microsoft.MatMulNBits</c>.</remarks>
public sealed class OnnxGraphBuilder
{
    private readonly GraphProto _graph;
    private readonly SortedDictionary<string, long> _operatorSets = new(StringComparer.Ordinal);
    private readonly HashSet<string> _values = new(StringComparer.Ordinal);

    /// <summary>Starts an empty graph.</summary>
    /// <param name="name">Graph name; ONNX wants one.</param>
    /// <param name="operatorSet">Version of the ai.onnx operators.</param>
    public OnnxGraphBuilder(string name, int operatorSet = 21)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        _graph = new GraphProto { Name = name };
        _operatorSets.Add(string.Empty, operatorSet);
    }

    /// <summary>Imports an operator set in a certain version; without this a domain that a node uses is imported in version 1.</summary>
    public void Import(string domain, int version) => _operatorSets[domain] = version;

    /// <summary>True when an input, an initializer or a node's output has this name.</summary>
    public bool Contains(string name) => _values.Contains(name);

    /// <summary>Declares a graph input and returns its name.</summary>
    public string Input(string name, OnnxElementType type, params ReadOnlySpan<OnnxDimension> dims)
    {
        Claim(name);
        _graph.Input.Add(ValueInfo(name, type, dims));
        return name;
    }

    /// <summary>Declares a graph input that may be left out, and returns its name: its value is then empty, since one of its dimensions is 0.</summary>
    /// <param name="name">Name of the input and of the initializer that is its default.</param>
    /// <param name="type">Element type.</param>
    /// <param name="dims">Its shape.</param>
    /// <param name="emptyDims">Shape of the default.</param>
    public string OptionalInput(string name, OnnxElementType type, ReadOnlySpan<OnnxDimension> dims, ReadOnlySpan<long> emptyDims)
    {
        Initializer(name, type, emptyDims, []);
        _graph.Input.Add(ValueInfo(name, type, dims));
        return name;
    }

    /// <summary>Declares a graph output; a node, an initializer or an input must give it its value.</summary>
    public void Output(string name, OnnxElementType type, params ReadOnlySpan<OnnxDimension> dims) => _graph.Output.Add(ValueInfo(name, type, dims));

    /// <summary>Adds a node with one output and returns that output's name.</summary>
    /// <param name="op">Operator, with its domain in front unless it is ai.onnx.</param>
    /// <param name="inputs">Value names; an empty string leaves an optional input out.</param>
    /// <param name="output">Name of the result; the node gets it too.</param>
    /// <param name="attributes">Names and values.</param>
    public string Node(string op, ReadOnlySpan<string> inputs, string output, params ReadOnlySpan<(string Name, OnnxAttributeValue Value)> attributes)
    {
        Node(op, inputs, [output], attributes);
        return output;
    }

    /// <summary>Adds a node and returns it; it is named after its first output that is not empty.</summary>
    /// <inheritdoc cref="Node(string, ReadOnlySpan{string}, string, ReadOnlySpan{ValueTuple{string, OnnxAttributeValue}})"/>
    /// <param name="op">Operator, with its domain in front unless it is ai.onnx.</param>
    /// <param name="inputs">Value names; an empty string leaves an optional input out.</param>
    /// <param name="outputs">Value names; an empty string leaves an optional output out.</param>
    /// <param name="attributes">Names and values.</param>
    public NodeProto Node(string op, ReadOnlySpan<string> inputs, ReadOnlySpan<string> outputs, params ReadOnlySpan<(string Name, OnnxAttributeValue Value)> attributes)
    {
        int dot = op.LastIndexOf('.');
        string domain = dot < 0 ? string.Empty : op[..dot];
        _operatorSets.TryAdd(domain, 1);
        var node = new NodeProto { OpType = op[(dot + 1)..], Domain = domain };
        foreach (string input in inputs)
        {
            node.Input.Add(input);
        }

        foreach (string output in outputs)
        {
            node.Output.Add(output);
            if (output.Length > 0)
            {
                Claim(output);
                if (!node.HasName)
                {
                    node.Name = output;
                }
            }
        }

        foreach ((string name, OnnxAttributeValue value) in attributes)
        {
            node.Attribute.Add(value.ToProto(name));
        }

        _graph.Node.Add(node);
        return node;
    }

    /// <summary>Adds a small initializer whose values are kept inside the model file, and returns its name.</summary>
    /// <typeparam name="T">A number type with an ONNX counterpart, or <see cref="bool"/>.</typeparam>
    /// <param name="name">Initializer name.</param>
    /// <param name="dims">Shape; empty for a scalar.</param>
    /// <param name="values">As many values as the shape has elements, row by row.</param>
    public string Initializer<T>(string name, ReadOnlySpan<long> dims, ReadOnlySpan<T> values)
        where T : unmanaged => Initializer(name, OnnxElementTypes.Of<T>(), dims, MemoryMarshal.AsBytes(values));

    /// <summary>Adds a small initializer of any element type from its raw little-endian bytes, and returns its name.</summary>
    /// <exception cref="ArgumentException">The number of bytes does not fit type and shape.</exception>
    public string Initializer(string name, OnnxElementType type, ReadOnlySpan<long> dims, ReadOnlySpan<byte> bytes)
    {
        Claim(name);
        TensorProto tensor = Tensor(type, dims, bytes);
        tensor.Name = name;
        _graph.Initializer.Add(tensor);
        return name;
    }

    /// <summary>Declares an initializer whose bytes go to an external file, without its place there, and returns its name.</summary>
    public string Initializer(ExternalTensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        Claim(tensor.Name);
        _graph.Initializer.Add(tensor.ToInitializer());
        return tensor.Name;
    }

    /// <summary>A nameless tensor of a number type, for attributes such as the value of Constant.</summary>
    public static TensorProto Tensor<T>(ReadOnlySpan<long> dims, ReadOnlySpan<T> values)
        where T : unmanaged => Tensor(OnnxElementTypes.Of<T>(), dims, MemoryMarshal.AsBytes(values));

    /// <summary>The graph so far, for use as an attribute of If, Loop and Scan. Not a copy.</summary>
    public GraphProto BuildGraph() => _graph;

    /// <summary>The model. Its graph is not a copy.</summary>
    /// <param name="irVersion">ONNX IR version; 10 is the first with 4-bit types and goes with operator set 21.</param>
    public ModelProto Build(int irVersion = 10)
    {
        var model = new ModelProto { IrVersion = irVersion, ProducerName = "ModelPack", Graph = _graph };
        foreach ((string domain, long version) in _operatorSets)
        {
            model.OpsetImport.Add(new OperatorSetIdProto { Domain = domain, Version = version });
        }

        return model;
    }

    private static TensorProto Tensor(OnnxElementType type, ReadOnlySpan<long> dims, ReadOnlySpan<byte> bytes)
    {
        var tensor = new TensorProto { DataType = (int)type, RawData = ByteString.CopyFrom(bytes) };
        long count = 1;
        foreach (long dim in dims)
        {
            tensor.Dims.Add(dim);
            count = checked(count * dim);
        }

        if (type.ByteLength(count) != bytes.Length)
        {
            throw new ArgumentException($"{bytes.Length} bytes do not fit {count} elements of {type}.", nameof(bytes));
        }

        return tensor;
    }

    private static ValueInfoProto ValueInfo(string name, OnnxElementType type, ReadOnlySpan<OnnxDimension> dims)
    {
        var shape = new TensorShapeProto();
        foreach (OnnxDimension dim in dims)
        {
            shape.Dim.Add(dim.ToProto());
        }

        return new ValueInfoProto
        {
            Name = name,
            Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)type, Shape = shape } },
        };
    }

    private void Claim(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (!_values.Add(name))
        {
            throw new ArgumentException($"A value named '{name}' exists already.", nameof(name));
        }
    }
}
