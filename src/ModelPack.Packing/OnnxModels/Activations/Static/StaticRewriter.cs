using ModelPack.Formats.Onnx.Protobuf;
using ModelPack.Packing.OnnxModels.Activations.Operators;
using ModelPack.Packing.OnnxModels.Activations.Probing;
using ModelPack.Packing.OnnxModels.Graphs;
using ModelPack.Quantization.Activations;

namespace ModelPack.Packing.OnnxModels.Activations.Static;

/// <summary>Puts operators with fixed ranges into a copy of a model: values that become codes pass QuantizeLinear and DequantizeLinear once each.</summary>
/// <param name="model">The float model; not changed.</param>
/// <param name="root">Its graphs, those that the operators were found in.</param>
/// <param name="constants">Its values.</param>
/// <param name="prefix">Beginning of new names.</param>
internal sealed class StaticRewriter(OnnxModel model, GraphIndex root, ConstantValues constants, string prefix)
{
    private readonly GraphIndex[] _original = [.. root.All];
    private readonly QuantizeNodes _nodes = new(model.OperatorSet(string.Empty));

    /// <summary>The values that become codes when these operators become integer.</summary>
    public QuantizedValues Values(IEnumerable<StaticChoice> operators) => QuantizedValues.Of(_original, [.. operators], model.OperatorSet(string.Empty));

    /// <summary>The changed copy.</summary>
    /// <param name="operators">What becomes integer.</param>
    /// <param name="others">What is replaced as it is.</param>
    /// <param name="rangeOf">Ranges of values.</param>
    public ModelProto Apply(
        IReadOnlyList<StaticChoice> operators, IReadOnlyList<(WeightedOperator Operator, OperatorPatch Patch)> others, Func<ProbedValue, ActivationRange> rangeOf)
    {
        QuantizedValues values = Values(operators);
        ValueScales scales = ValueScales.Of(values, rangeOf);
        ModelProto copy = model.Proto.Clone();
        GraphIndex[] graphs = [.. GraphIndex.Of(copy).All];
        var ways = new Dictionary<ProbedValue, string>();
        var patches = new Dictionary<NodeProto, (GraphProto Graph, OperatorPatch Patch, NodeProto? Bias)>(ReferenceEqualityComparer.Instance);
        foreach (ProbedValue value in values.All)
        {
            ways[value] = values.IsResult(value) ? value.Name : $"{prefix}{value.Graph}/{value.Name}/value";
        }

        var released = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < operators.Count; i++)
        {
            WeightedOperator op = operators[i].Operator;
            string own = $"{prefix}{op.Place.Graph}/{op.Place.Node}/";
            NodeProto node = op.Place.In(graphs);
            OperatorPatch patch = operators[i].Smoothed is null
                ? new StaticOperator(_nodes, constants).Core(operators[i], ways[values.PlaceOf(op.Scope, op.Input)], scales[values.PlaceOf(op.Scope, op.Input)], own)
                : Product(operators[i], default, own);
            patches[node] = (graphs[op.Place.Graph].Graph, patch, op.BiasPlace?.In(graphs));
            released.UnionWith(node.Input);
            released.UnionWith(op.BiasPlace?.In(graphs).Input ?? []);
        }

        foreach ((WeightedOperator op, OperatorPatch patch) in others)
        {
            NodeProto node = op.Place.In(graphs);
            patches[node] = (graphs[op.Place.Graph].Graph, patch, op.BiasPlace?.In(graphs));
            released.UnionWith(node.Input);
        }

        HashSet<(int, string)> following = [.. values.Following.Select(follower => (Array.IndexOf(_original, follower.Scope), follower.Node.Output[0]))];
        for (int g = 0; g < graphs.Length; g++)
        {
            foreach (NodeProto node in graphs[g].Graph.Node.Where(node => node.Output.Count == 1 && following.Contains((g, node.Output[0]))))
            {
                for (int i = 0; i < node.Input.Count; i++)
                {
                    if (graphs[g].ScopeOf(node.Input[i]) is not null && ways.TryGetValue(QuantizedValues.Place(graphs, graphs[g], node.Input[i]), out string? way) && Followers.Data(node).Contains(node.Input[i]))
                    {
                        node.Input[i] = way;
                    }
                }
            }
        }

        foreach ((NodeProto node, (GraphProto graph, OperatorPatch patch, NodeProto? bias)) in patches)
        {
            if (bias is not null)
            {
                GraphChanges.Replace(graph, bias);
            }

            GraphChanges.Replace(graph, node, patch.Nodes);
            graph.Initializer.AddRange(patch.Initializers);
        }

        foreach (ProbedValue value in values.All)
        {
            RoundTrip(graphs[value.Graph].Graph, value, scales[value], values.IsResult(value), ways[value]);
        }

        GraphChanges.Import(copy, OperatorDomain.Microsoft, 1);
        UnusedValues.Remove(copy, released.Where(name => name.Length > 0));
        return copy;
    }

    /// <summary>One operator on its own: activations through their codes to its float result, before Relu or Clip.</summary>
    /// <param name="choice">The operator.</param>
    /// <param name="activations">Scale of its activations; not used where they are smoothed.</param>
    /// <param name="own">Beginning of new names.</param>
    public OperatorPatch Product(StaticChoice choice, AffineScale activations, string own)
    {
        string input = own + "input", from = choice.Operator.Input;
        AffineScale scale = choice.Smoothed?.Scale ?? activations;
        OperatorPatch patch = new StaticOperator(_nodes, constants).Core(choice, input, scale, own);
        List<NodeProto> before = [];
        if (choice.Smoothed is { } smoothed)
        {
            int axes = choice.Operator.Node.OpType == "Conv" ? constants.Rank(choice.Operator.Scope, choice.Operator.Node.Input[1]) : 1;
            long[] dims = axes == 1 ? [smoothed.Factors.Length] : [1, smoothed.Factors.Length, .. Enumerable.Repeat(1L, axes - 2)];
            string inverse = patch.Constant<float>("smoothing", dims, Array.ConvertAll(smoothed.Factors, factor => 1 / factor));
            before.Add(NodeAttributes.Make("Mul", string.Empty, [from, inverse], own + "smoothed"));
            from = own + "smoothed";
        }

        patch.Nodes.InsertRange(0, [.. before, .. _nodes.RoundTrip(patch, "input_", from, scale, input)]);
        return patch;
    }

    /// <summary>One operator on its own to its final result, through the codes of that where it has some.</summary>
    public OperatorPatch Whole(StaticChoice choice, AffineScale activations, AffineScale? result, string own)
    {
        WeightedOperator op = choice.Operator;
        OperatorPatch patch = Product(choice, activations, own);
        if (op.Activation is { } activation)
        {
            patch.Nodes.Add(activation.Clone());
        }

        if (result is { } scale)
        {
            string raw = own + "raw";
            patch.Nodes[^1].Output[0] = raw;
            patch.Nodes.AddRange(_nodes.RoundTrip(patch, "result_", raw, scale, op.Result));
        }

        return patch;
    }

    private void RoundTrip(GraphProto graph, ProbedValue value, AffineScale scale, bool isResult, string way)
    {
        var patch = new OperatorPatch($"{prefix}{value.Graph}/{value.Name}/");
        NodeProto? producer = graph.Node.FirstOrDefault(node => node.Output.Contains(value.Name));
        string from = value.Name;
        if (isResult)
        {
            // Whatever reads the value goes on reading its name, which DequantizeLinear now has.
            from = patch.Name("float");
            producer!.Output[producer.Output.IndexOf(value.Name)] = from;
        }

        NodeProto[] nodes = _nodes.RoundTrip(patch, string.Empty, from, scale, way);
        graph.Initializer.AddRange(patch.Initializers);
        if (producer is not null)
        {
            GraphChanges.InsertAfter(graph, producer, nodes);
        }
        else
        {
            graph.Node.Insert(0, nodes[1]);
            graph.Node.Insert(0, nodes[0]);
        }
    }
}
