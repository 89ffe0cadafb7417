using ModelPack.Formats.Onnx.Protobuf;

namespace ModelPack.Packing.OnnxModels.Graphs;

/// <summary>
/// Puts the bodies of a model's own functions where they are called (the ONNX specification, "Function expansion"): weights inside
/// are then found like any others. Functions whose operators are of other versions than the model's stay.
/// </summary>
internal static class FunctionInlining
{
    // A few functions that each call the next one twice grow without end; what is over the limit stays a call.
    private const int MostNodes = 1 << 17;

    /// <summary>Replaces calls in all graphs, in place.</summary>
    /// <returns>How many calls there were.</returns>
    public static int Run(ModelProto model)
    {
        Dictionary<(string, string, string), FunctionProto> functions = [];
        foreach (FunctionProto function in model.Functions.Where(function => SameVersions(model, function)))
        {
            functions.TryAdd((function.Domain, function.Name, function.Overload), function);
        }

        // The specification forbids functions that call themselves; damaged files have them.
        foreach ((string, string, string) name in functions.Keys.Where(name => CallsItself(name, functions)).ToArray())
        {
            functions.Remove(name);
        }

        int calls = 0;
        int nodes = 0;
        var names = new FreshNames(model);
        for (int before = -1; before != calls && functions.Count > 0;)
        {
            before = calls;
            foreach (GraphProto graph in GraphIndex.Of(model).All.Select(scope => scope.Graph))
            {
                var expanded = new List<NodeProto>(graph.Node.Count);
                int there = calls;
                foreach (NodeProto node in graph.Node)
                {
                    if (nodes < MostNodes && functions.TryGetValue(NameOf(node), out FunctionProto? function))
                    {
                        List<NodeProto> body = new FunctionCall(function, node, names).Expand();
                        expanded.AddRange(body);
                        nodes += body.Count;
                        calls++;
                    }
                    else
                    {
                        expanded.Add(node);
                    }
                }

                if (calls > there)
                {
                    graph.Node.Clear();
                    graph.Node.AddRange(expanded);
                }
            }
        }

        HashSet<(string, string)> called = [.. GraphIndex.Of(model).All.SelectMany(scope => scope.Graph.Node).Concat(model.Functions.SelectMany(function => function.Node)).Select(node => (node.Domain, node.OpType))];
        for (int i = model.Functions.Count - 1; i >= 0; i--)
        {
            FunctionProto function = model.Functions[i];
            if (functions.ContainsValue(function) && !called.Contains((function.Domain, function.Name)))
            {
                model.Functions.RemoveAt(i);
            }
        }

        return calls;
    }

    private static (string Domain, string Name, string Overload) NameOf(NodeProto node) => (node.Domain, node.OpType, node.Overload);

    private static bool CallsItself((string, string, string) name, Dictionary<(string, string, string), FunctionProto> functions)
    {
        var seen = new HashSet<(string, string, string)>();
        var open = new Stack<(string, string, string)>([name]);
        while (open.TryPop(out (string, string, string) next))
        {
            foreach ((string, string, string) called in AllNodes(functions[next].Node).Select(NameOf).Where(functions.ContainsKey))
            {
                if (called == name)
                {
                    return true;
                }

                if (seen.Add(called))
                {
                    open.Push(called);
                }
            }
        }

        return false;
    }

    private static IEnumerable<NodeProto> AllNodes(IEnumerable<NodeProto> nodes) => nodes.SelectMany(node => node.Attribute
        .SelectMany(attribute => attribute.G is null ? attribute.Graphs : attribute.Graphs.Prepend(attribute.G))
        .SelectMany(graph => AllNodes(graph.Node)).Prepend(node));

    private static bool SameVersions(ModelProto model, FunctionProto function) => function.OpsetImport.All(set =>
        model.OpsetImport.FirstOrDefault(own => OperatorDomain.Same(own.Domain, set.Domain))?.Version == set.Version);
}
