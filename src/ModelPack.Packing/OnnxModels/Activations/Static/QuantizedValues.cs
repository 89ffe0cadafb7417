using ModelPack.Formats.Onnx.Protobuf;
using ModelPack.Packing.OnnxModels.Activations.Operators;
using ModelPack.Packing.OnnxModels.Activations.Probing;
using ModelPack.Packing.OnnxModels.Graphs;

namespace ModelPack.Packing.OnnxModels.Activations.Static;

/// <summary>Which values become codes when a set of operators is quantized, and by which nodes. Immutable.</summary>
internal sealed class QuantizedValues
{
    private readonly GraphIndex[] _graphs;
    private readonly HashSet<ProbedValue> _values = [];
    private readonly HashSet<ProbedValue> _results = [];

    private QuantizedValues(GraphIndex[] graphs) => _graphs = graphs;

    /// <summary>Values that are codes somewhere, in graph order.</summary>
    public IEnumerable<ProbedValue> All => _values.OrderBy(value => value.Graph).ThenBy(value => value.Name, StringComparer.Ordinal);

    /// <summary>Operators without weights that work on codes.</summary>
    public List<(GraphIndex Scope, NodeProto Node, ProbedValue Result)> Following { get; } = [];

    /// <summary>True when an integer operator gives the value, so that everything reads it as its codes say.</summary>
    public bool IsResult(ProbedValue value) => _results.Contains(value);

    /// <summary>Where a name is defined, seen from a graph of these.</summary>
    public ProbedValue PlaceOf(GraphIndex scope, string value) => Place(_graphs, scope, value);

    /// <summary>Where a name is defined, seen from a graph.</summary>
    public static ProbedValue Place(GraphIndex[] graphs, GraphIndex scope, string value) => new(Array.IndexOf(graphs, scope.ScopeOf(value)), value);

    /// <summary>Follows codes from the operators as far as they are of use.</summary>
    public static QuantizedValues Of(GraphIndex[] graphs, IReadOnlyCollection<StaticChoice> choices, long operatorSet)
    {
        var found = new QuantizedValues(graphs);
        HashSet<NodeProto> readers = new(ReferenceEqualityComparer.Instance);
        WeightedOperator[] operators = [.. choices.Select(choice => choice.Operator)];
        foreach (StaticChoice choice in choices)
        {
            WeightedOperator op = choice.Operator;
            if (choice.Smoothed is null)
            {
                readers.Add(op.Node);
                found._values.Add(Place(graphs, op.Scope, op.Input));
            }

            if (StaticOperator.QuantizesResult(op))
            {
                found._values.Add(Place(graphs, op.Scope, op.Result));
                found._results.Add(Place(graphs, op.Scope, op.Result));
            }
        }

        foreach (WeightedOperator op in operators.Where(op => found._values.Contains(Place(graphs, op.Scope, op.Result))))
        {
            found._results.Add(Place(graphs, op.Scope, op.Result));
        }

        found.Follow(readers, operatorSet);
        return found;
    }

    private void Follow(HashSet<NodeProto> readers, long operatorSet)
    {
        var values = new HashSet<ProbedValue>(_values);
        var candidates = new List<(GraphIndex Scope, NodeProto Node, ProbedValue Result)>();
        foreach (GraphIndex scope in _graphs)
        {
            foreach (NodeProto node in scope.Graph.Node.Where(node => Followers.Is(node, operatorSet)))
            {
                if (Followers.Data(node).All(input => scope.ConstantOf(input) is null && scope.ScopeOf(input) is not null && values.Contains(Place(_graphs, scope, input))))
                {
                    string result = ResultActivation.Behind(scope, node.Output[0])?.Output[0] ?? node.Output[0];
                    candidates.Add((scope, node, Place(_graphs, scope, result)));
                    values.Add(candidates[^1].Result);
                }
            }
        }

        // From the end: a result is of use where an integer operator reads it.
        for (int i = candidates.Count - 1; i >= 0; i--)
        {
            if (_graphs[candidates[i].Result.Graph].UsesOf(candidates[i].Result.Name).Any(use => use.Node is { } node && readers.Contains(node)))
            {
                Following.Insert(0, candidates[i]);
                readers.Add(candidates[i].Node);
                _values.Add(candidates[i].Result);
                _results.Add(candidates[i].Result);
            }
        }
    }
}
