using Microsoft.ML.OnnxRuntime;
using ModelPack.Formats.Onnx;
using ModelPack.Formats.Onnx.Protobuf;
using ModelPack.Packing.OnnxModels.Graphs;
using ModelPack.Packing.OnnxModels.Samples;

namespace ModelPack.Packing.OnnxModels.Activations.Operators;

/// <summary>
/// Values that follow from constants alone, whatever operators lie between: transposed, cut, put together, converted. Exporters of
/// recurrent layers leave whole chains of them. Not thread-safe.
/// </summary>
/// <param name="model">The model that holds the constants.</param>
internal sealed class ConstantValues(OnnxModel model)
{
    // Weights are behind few nodes; a longer chain is a computation.
    private const int MostNodes = 64;

    private static readonly string[] Moving = ["Identity", "Reshape", "Transpose", "Squeeze", "Unsqueeze", "Flatten", "Cast"];

    /// <summary>The value; null where it depends on an input, on a graph inside a node, or is no tensor of floats.</summary>
    public (long[] Dims, float[] Values)? Floats(GraphIndex scope, string value)
    {
        if (scope.ConstantOf(value) is { } constant)
        {
            if ((OnnxElementType)constant.DataType != OnnxElementType.Float32)
            {
                return null;
            }

            OnnxTensor tensor = model.Values(constant);
            var values = new float[tensor.ElementCount];
            tensor.ReadFloat32(0, values);
            return ([.. tensor.Dims], values);
        }

        return Closure(scope, value) is { } nodes ? Evaluate(scope, value, nodes) : null;
    }

    /// <summary>How many dimensions a value has that <see cref="Floats"/> knows.</summary>
    public int Rank(GraphIndex scope, string value) => Floats(scope, value)!.Value.Dims.Length;

    /// <summary>The constant that a value is made of, for its name in lists: the first one found going back.</summary>
    public static string Origin(GraphIndex scope, string value)
    {
        string name = value;
        while (scope.ConstantOf(name) is null && scope.ProducerOf(name) is { Node.Input.Count: > 0 } producer)
        {
            (scope, name) = (producer.Scope, producer.Node.Input[0]);
        }

        return name;
    }

    /// <summary>True when a value comes out of DequantizeLinear, with nothing but what moves values between: its codes were chosen in training and stay.</summary>
    public static bool IsDequantized(GraphIndex scope, string value)
    {
        string name = value;
        while (scope.ProducerOf(name) is { Node.Input.Count: > 0 } producer)
        {
            if (producer.Node.OpType == "DequantizeLinear")
            {
                return true;
            }

            if (!Moving.Contains(producer.Node.OpType))
            {
                return false;
            }

            (scope, name) = (producer.Scope, producer.Node.Input[0]);
        }

        return false;
    }

    private static List<(GraphIndex Scope, NodeProto Node)>? Closure(GraphIndex scope, string value)
    {
        var found = new List<(GraphIndex Scope, NodeProto Node)>();
        var open = new Stack<(GraphIndex Scope, string Value)>([(scope, value)]);
        while (open.TryPop(out (GraphIndex Scope, string Value) next))
        {
            if (next.Value.Length == 0 || next.Scope.ConstantOf(next.Value) is not null)
            {
                continue;
            }

            if (next.Scope.ProducerOf(next.Value) is not { } producer || found.Count >= MostNodes
                || producer.Node.Attribute.Any(attribute => attribute.G is not null || attribute.Graphs.Count > 0)
                || producer.Node.OpType.StartsWith("Random", StringComparison.Ordinal) || producer.Node.Input.Count == 0)
            {
                return null;
            }

            if (!found.Any(known => ReferenceEquals(known.Node, producer.Node)))
            {
                found.Add((producer.Scope, producer.Node));
                foreach (string input in producer.Node.Input)
                {
                    open.Push((producer.Scope, input));
                }
            }
        }

        return found;
    }

    private (long[] Dims, float[] Values)? Evaluate(GraphIndex scope, string value, List<(GraphIndex Scope, NodeProto Node)> nodes)
    {
        var graph = new GraphProto { Name = "constant" };
        foreach ((GraphIndex inner, NodeProto node) in nodes)
        {
            graph.Node.Add(node.Clone());
            foreach (string input in node.Input.Where(input => inner.ConstantOf(input) is not null && graph.Initializer.All(known => known.Name != input)))
            {
                TensorProto tensor = inner.ConstantOf(input)!.Clone();
                tensor.Name = input;
                graph.Initializer.Add(tensor);
            }
        }

        TopologicalOrder.Sort(graph);
        graph.Output.Add(new ValueInfoProto { Name = value });
        var part = new ModelProto { IrVersion = model.Proto.IrVersion, Graph = graph };
        part.OpsetImport.AddRange(model.Proto.OpsetImport);
        try
        {
            using var session = new ValueSession(part, model.Folder, threads: 1);
            SampleTensor? result = session.Run(new Dictionary<string, SampleTensor>())[0];
            return result is { Type: OnnxElementType.Float32 } ? ([.. result.Shape], result.ToFloats()) : null;
        }
        catch (OnnxRuntimeException)
        {
            // Functions and operators of other domains cannot be cut out of their model.
            return null;
        }
    }
}
