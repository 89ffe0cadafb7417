using ModelPack.Formats.Onnx;
using ModelPack.Packing.Architectures.Weights;

namespace ModelPack.Packing.Architectures.Graphs;

/// <summary>
/// A mixture of experts in three steps, cut where the inputs of its linear layers can be seen. What passes from step to step holds for every token, beside the
/// values, numbers and shares of its experts, as <see cref="MixtureColumns"/> says. One sequence at a time, [1, tokens, width].
/// </summary>
internal sealed class MixtureParts(GraphScope scope, DecoderLayer layer)
{
    private readonly MixtureWeights _weights = layer.Mixture!;
    private readonly MixtureColumns _columns = MixtureColumns.Of(scope.Architecture, layer.Mixture!);
    private readonly OnnxGraphBuilder _graph = scope.Graph;

    /// <summary>The normed stream, and the experts of every token.</summary>
    public string Route(string normed)
    {
        string tokens = _graph.Node("Reshape", [normed, scope.Vector(1, -1, _columns.Hidden)], "/tokens");
        string shares = new RouterBlock(scope, scope.Architecture.Family.Mixture!).Add(_weights, "/router", tokens);
        _graph.Node("TopK", [shares, scope.Vector(_columns.Chosen)], ["/chosen_shares", "/chosen_experts"], ("axis", -1));
        string experts = _graph.Node("Cast", ["/chosen_experts"], "/chosen_numbers", ("to", (int)OnnxElementType.Float32));
        List<string> parts = [normed, Row(experts, _columns.Chosen), Row("/chosen_shares", _columns.Chosen)];
        if (_weights.SharedGate is { } gate)
        {
            parts.Add(_graph.Node("Sigmoid", [LinearBlock.Add(scope, gate.Module, "/shared_gate", normed, gate)], "/shared_share"));
        }

        return Joined([.. parts], "/routed");
    }

    /// <summary>For every token the products of its experts, one after the other, and of the shared one, the inputs of their narrowing projections.</summary>
    public string Products(string routed)
    {
        string[] parts = Split(routed, _columns.Hidden, _columns.Chosen, _columns.Chosen, _columns.SharedGates);
        string tokens = _graph.Node("Reshape", [parts[0], scope.Vector(1, -1, _columns.Hidden)], "/tokens");
        string numbers = Numbers(parts[1]);
        string count = _graph.Node("Shape", [numbers], "/count", ("start", 0), ("end", 1));
        string shape = Concat([count, scope.Vector(_columns.Chosen, _columns.Inner)], "/slots_shape", 0);
        string slots = _graph.Node("Expand", [scope.Number(0), shape], "/slots_empty");
        for (int expert = 0; expert < _weights.Experts.Count; expert++)
        {
            string path = $"/experts.{expert}";
            (string places, string rows) = PlacesOf(expert, numbers, path);
            string mine = _graph.Node("Gather", [tokens, rows], $"{path}/tokens", ("axis", 1));
            string product = FeedForwardBlock.Product(scope, _weights.Experts[expert], path, mine);
            slots = _graph.Node("ScatterND", [slots, places, Flat(product, _columns.Inner, path)], $"{path}/slots");
        }

        List<string> all = [Row(slots, _columns.Chosen * _columns.Inner)];
        if (_weights.Shared is { } shared)
        {
            all.Add(FeedForwardBlock.Product(scope, shared, "/shared", parts[0]));
        }

        return Joined([.. all, .. parts[1..]], "/products");
    }

    /// <summary>What the experts add to the stream.</summary>
    public string Mix(string products)
    {
        string[] parts = Split(products, _columns.Chosen * _columns.Inner, _columns.Shared, _columns.Chosen, _columns.Chosen, _columns.SharedGates);
        int next = 1;
        string? shared = _columns.Shared > 0 ? parts[next++] : null;
        string numbers = Numbers(parts[next]);
        string shares = _graph.Node("Reshape", [parts[next + 1], scope.Vector(-1, _columns.Chosen)], "/shares");
        string slots = _graph.Node("Reshape", [parts[0], scope.Vector(-1, _columns.Chosen, _columns.Inner)], "/slots");
        string count = _graph.Node("Shape", [numbers], "/count", ("start", 0), ("end", 1));
        string sum = _graph.Node("Expand", [scope.Number(0), Concat([count, scope.Vector(_columns.Hidden)], "/sum_shape", 0)], "/sum_empty");
        for (int expert = 0; expert < _weights.Experts.Count; expert++)
        {
            string path = $"/experts.{expert}";
            (string places, string rows) = PlacesOf(expert, numbers, path);
            string mine = _graph.Node("Unsqueeze", [_graph.Node("GatherND", [slots, places], $"{path}/mine"), scope.Vector(0)], $"{path}/mine_row");
            Linear down = _weights.Experts[expert].Down;
            string result = Flat(LinearBlock.Add(scope, down.Module, $"{path}/down_proj", mine, down), _columns.Hidden, path);
            string share = _graph.Node("Unsqueeze", [_graph.Node("GatherND", [shares, places], $"{path}/share"), scope.Vector(1)], $"{path}/share_column");
            string weighed = _graph.Node("Mul", [result, share], $"{path}/weighed");
            sum = _graph.Node("ScatterND", [sum, _graph.Node("Unsqueeze", [rows, scope.Vector(1)], $"{path}/rows_column"), weighed], $"{path}/sum", ("reduction", "add"));
        }

        string mixed = Row(sum, _columns.Hidden);
        return shared is null ? mixed : _graph.Node("Add", [mixed, Weighed(shared, parts[^1])], "/mixed");
    }

    private string Weighed(string product, string share)
    {
        Linear down = _weights.Shared!.Down;
        return _graph.Node("Mul", [LinearBlock.Add(scope, down.Module, "/shared/down_proj", product, down), share], "/shared/weighed");
    }

    /// <summary>Where an expert was chosen: [uses, 2] of token and place among the token's experts, and the tokens alone.</summary>
    private (string Places, string Rows) PlacesOf(int expert, string numbers, string path)
    {
        string chosen = _graph.Node("NonZero", [_graph.Node("Equal", [numbers, scope.Scalar(expert)], $"{path}/is_mine")], $"{path}/nonzero");
        return (_graph.Node("Transpose", [chosen], $"{path}/places"), _graph.Node("Gather", [chosen, scope.Scalar(0)], $"{path}/rows", ("axis", 0)));
    }

    private string Numbers(string part) =>
        _graph.Node("Cast", [_graph.Node("Reshape", [part, scope.Vector(-1, _columns.Chosen)], "/numbers_float")], "/numbers", ("to", (int)OnnxElementType.Int64));

    private string Flat(string value, int width, string path) => _graph.Node("Reshape", [value, scope.Vector(-1, width)], $"{path}/flat{width}");

    private string Row(string value, int width) => _graph.Node("Reshape", [value, scope.Vector(1, -1, width)], $"{value}/row");

    private string Joined(string[] parts, string output) => Concat(parts, output, -1);

    private string Concat(string[] parts, string output, int axis) => _graph.Node("Concat", parts, output, ("axis", axis));

    private string[] Split(string value, params int[] widths)
    {
        int[] present = [.. widths.Where(width => width > 0)];
        string[] parts = [.. Enumerable.Range(0, present.Length).Select(i => $"/parts.{i}")];
        _graph.Node("Split", [value, scope.Vector([.. present.Select(width => (long)width)])], parts, ("axis", -1));
        return parts;
    }
}
