using ModelPack.Formats.Onnx.Protobuf;

namespace ModelPack.Packing.OnnxModels.Graphs;

/// <summary>
/// Who produces and who reads each value of one graph, with the graphs inside its nodes (If, Loop, Scan) as children. Names are looked
/// up as ONNX does: in the graph itself, then outside. A snapshot: make a new one after changing a graph. Thread-safe.
/// </summary>
internal sealed class GraphIndex
{
    private readonly Dictionary<string, NodeProto> _producers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TensorProto> _initializers = new(StringComparer.Ordinal);
    private readonly HashSet<string> _inputs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<ValueUse>> _uses = new(StringComparer.Ordinal);
    private readonly List<GraphIndex> _inner = [];

    private GraphIndex(GraphProto graph, GraphIndex? outer, NodeProto? owner, string path)
    {
        Graph = graph;
        Outer = outer;
        Owner = owner;
        Path = path;
        foreach (TensorProto tensor in graph.Initializer)
        {
            _initializers.TryAdd(tensor.Name, tensor);
        }

        _inputs.UnionWith(graph.Input.Select(input => input.Name));
        foreach (NodeProto node in graph.Node)
        {
            foreach (string output in node.Output.Where(output => output.Length > 0))
            {
                _producers.TryAdd(output, node);
            }
        }

        for (int position = 0; position < graph.Node.Count; position++)
        {
            NodeProto node = graph.Node[position];
            for (int i = 0; i < node.Input.Count; i++)
            {
                Use(node.Input[i], new ValueUse(this, node, i));
            }

            foreach (AttributeProto attribute in node.Attribute)
            {
                foreach (GraphProto subgraph in attribute.G is null ? attribute.Graphs : attribute.Graphs.Prepend(attribute.G))
                {
                    string name = node.Name.Length > 0 ? node.Name : $"{node.OpType}_{position}";
                    _inner.Add(new GraphIndex(subgraph, this, node, $"{path}{name}/{attribute.Name}/"));
                }
            }
        }

        for (int i = 0; i < graph.Output.Count; i++)
        {
            Use(graph.Output[i].Name, new ValueUse(this, null, i));
        }
    }

    /// <summary>The graph.</summary>
    public GraphProto Graph { get; }

    /// <summary>The graph around it; null for the main graph.</summary>
    public GraphIndex? Outer { get; }

    /// <summary>The node that holds it; null for the main graph.</summary>
    public NodeProto? Owner { get; }

    /// <summary>The nodes and attributes that lead to it, each followed by a slash; empty for the main graph.</summary>
    public string Path { get; }

    /// <summary>The graphs inside its nodes.</summary>
    public IReadOnlyList<GraphIndex> Inner => _inner;

    /// <summary>This graph and all graphs inside, outer ones first.</summary>
    public IEnumerable<GraphIndex> All => _inner.SelectMany(inner => inner.All).Prepend(this);

    /// <summary>Looks through the main graph of a model and everything inside.</summary>
    public static GraphIndex Of(ModelProto model) => Of(model.Graph);

    /// <summary>Looks through a graph and everything inside.</summary>
    public static GraphIndex Of(GraphProto graph) => new(graph, null, null, string.Empty);

    /// <summary>The node that gives a value, and its graph; null for inputs, initializers and names that nothing gives.</summary>
    public (GraphIndex Scope, NodeProto Node)? ProducerOf(string value) =>
        ScopeOf(value) is { } scope && scope._producers.TryGetValue(value, out NodeProto? node) ? (scope, node) : null;

    /// <summary>The initializer of this name, also one that a graph input of the same name could replace; null where there is none.</summary>
    public TensorProto? InitializerOf(string value) => ScopeOf(value)?._initializers.GetValueOrDefault(value);

    /// <summary>The values behind a name that never change: an initializer, or what a Constant node holds. Null for everything else.</summary>
    public TensorProto? ConstantOf(string value)
    {
        if (ScopeOf(value) is not { } scope)
        {
            return null;
        }

        return scope._producers.TryGetValue(value, out NodeProto? node)
            ? ConstantNode.ValueOf(node)
            : scope._inputs.Contains(value) ? null : scope._initializers.GetValueOrDefault(value);
    }

    /// <summary>Everything that reads a value of this graph, here and in the graphs inside.</summary>
    public IReadOnlyList<ValueUse> UsesOf(string value) => _uses.TryGetValue(value, out List<ValueUse>? uses) ? uses : [];

    /// <summary>The graph in which a name is defined, seen from here; null where nothing defines it.</summary>
    public GraphIndex? ScopeOf(string value)
    {
        for (GraphIndex? scope = value.Length == 0 ? null : this; scope is not null; scope = scope.Outer)
        {
            if (scope.Defines(value))
            {
                return scope;
            }
        }

        return null;
    }

    private bool Defines(string value) => _producers.ContainsKey(value) || _initializers.ContainsKey(value) || _inputs.Contains(value);

    private void Use(string value, ValueUse use)
    {
        if (ScopeOf(value) is not { } scope)
        {
            return;
        }

        if (!scope._uses.TryGetValue(value, out List<ValueUse>? uses))
        {
            scope._uses[value] = uses = [];
        }

        uses.Add(use);
    }
}
