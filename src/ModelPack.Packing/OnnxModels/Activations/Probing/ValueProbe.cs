using ModelPack.Formats.Onnx;
using ModelPack.Formats.Onnx.Protobuf;
using ModelPack.Packing.OnnxModels.Graphs;
using ModelPack.Packing.OnnxModels.Samples;

namespace ModelPack.Packing.OnnxModels.Activations.Probing;

/// <summary>
/// The float model with values of its inside led out, also from the branches of If: there the other branch gives an empty tensor, which
/// says that the value was not computed. Dispose it. Not thread-safe.
/// </summary>
internal sealed class ValueProbe : IDisposable
{
    private readonly ValueSession _session;
    private readonly Dictionary<ProbedValue, string> _names;

    private ValueProbe(ValueSession session, Dictionary<ProbedValue, string> names)
    {
        _session = session;
        _names = names;
    }

    /// <summary>Opens a copy of a model with the values as outputs.</summary>
    /// <param name="model">The model; not changed.</param>
    /// <param name="values">Values of its main graph and of graphs in branches of If.</param>
    /// <param name="threads">Cores; 0 means all.</param>
    public static ValueProbe Open(OnnxModel model, IEnumerable<ProbedValue> values, int threads)
    {
        ModelProto copy = model.Proto.Clone();
        GraphIndex[] graphs = [.. GraphIndex.Of(copy).All];
        var fresh = new FreshNames(copy);
        Dictionary<ProbedValue, string> names = values.Distinct().ToDictionary(value => value, value => LeadOut(graphs[value.Graph], value.Name, value.Type, fresh));
        return new ValueProbe(new ValueSession(copy, model.Folder, threads), names);
    }

    /// <summary>Runs one sample.</summary>
    /// <returns>The values that were computed, and the model's own outputs by name.</returns>
    public (IReadOnlyDictionary<ProbedValue, SampleTensor> Values, IReadOnlyDictionary<string, SampleTensor> Outputs) Run(SampleInput sample)
    {
        SampleTensor?[] results = _session.Run(sample.Tensors);
        var outputs = new Dictionary<string, SampleTensor>(StringComparer.Ordinal);
        for (int i = 0; i < results.Length; i++)
        {
            if (results[i] is { } tensor)
            {
                outputs[_session.Outputs[i]] = tensor;
            }
        }

        var values = new Dictionary<ProbedValue, SampleTensor>();
        foreach ((ProbedValue value, string name) in _names)
        {
            if ((outputs.TryGetValue(name, out SampleTensor? tensor) || sample.Tensors.TryGetValue(name, out tensor)) && tensor.Count > 0)
            {
                values[value] = tensor;
            }
        }

        return (values, outputs);
    }

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    private static string LeadOut(GraphIndex scope, string value, OnnxElementType type, FreshNames fresh)
    {
        GraphProto graph = scope.Graph;
        if (scope.Outer is not { } outer)
        {
            // An input is known from the sample itself.
            if (graph.Output.All(output => output.Name != value) && graph.Input.All(input => input.Name != value))
            {
                graph.Output.Add(Info(value, type));
            }

            return value;
        }

        NodeProto owner = scope.Owner!;
        if (graph.Output.Any(output => output.Name == value))
        {
            // The node's own result may come from the other branch.
            string copy = fresh.Next(value);
            graph.Node.Add(NodeAttributes.Make("Identity", string.Empty, [value], copy));
            value = copy;
        }

        foreach (GraphProto branch in owner.Attribute.Where(attribute => attribute.G is not null).Select(attribute => attribute.G))
        {
            if (ReferenceEquals(branch, graph))
            {
                branch.Output.Add(Info(value, type));
            }
            else
            {
                string empty = fresh.Next(value);
                branch.Node.Add(NodeAttributes.Make("Constant", string.Empty, [], empty, ("value", new TensorProto { DataType = (int)type, Dims = { 0 } })));
                branch.Output.Add(Info(empty, type));
            }
        }

        owner.Output.Add(fresh.Next(value));
        return LeadOut(outer, owner.Output[^1], type, fresh);
    }

    private static ValueInfoProto Info(string name, OnnxElementType type) => new() { Name = name, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)type } } };
}
