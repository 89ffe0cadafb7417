using ModelPack.Formats.Onnx.Protobuf;

namespace ModelPack.Packing.OnnxModels.Graphs;

/// <summary>Names that no value and no node of a model has yet, in any of its graphs. Not thread-safe.</summary>
internal sealed class FreshNames
{
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);

    /// <summary>Collects the names of a model.</summary>
    public FreshNames(ModelProto model)
    {
        foreach (GraphIndex scope in GraphIndex.Of(model).All)
        {
            _taken.UnionWith(scope.Graph.Initializer.Select(tensor => tensor.Name));
            _taken.UnionWith(scope.Graph.SparseInitializer.Select(tensor => tensor.Values?.Name ?? string.Empty));
            _taken.UnionWith(scope.Graph.Input.Concat(scope.Graph.Output).Concat(scope.Graph.ValueInfo).Select(value => value.Name));
            foreach (NodeProto node in scope.Graph.Node)
            {
                _taken.Add(node.Name);
                _taken.UnionWith(node.Input);
                _taken.UnionWith(node.Output);
            }
        }
    }

    /// <summary>The wish itself, or with a number behind it; it is taken from then on.</summary>
    public string Next(string wish)
    {
        string name = wish;
        for (int i = 2; name.Length == 0 || !_taken.Add(name); i++)
        {
            name = $"{wish}_{i}";
        }

        return name;
    }
}
