using ModelPack.Formats.Onnx.Protobuf;

namespace ModelPack.Packing.OnnxModels.Graphs;

/// <summary>
/// Puts the bodies of a model's own functions where they are called (the ONNX specification, "Function expansion"): weights inside
/// are then found like any others. Functions whose operators are of other versions than the model's stay.
/// </summary>
internal static class FunctionInlining
{
    // Functions must not call themselves; a damaged file may, and one that calls two others each time grows without end.
    private const int Deepest = 32;
    private const int MostNodes = 1 << 20;

    /// <summary>Replaces calls in all graphs, in place.</summary>
    /// <returns>How many calls there were.</returns>
    public static int Run(ModelProto model)
    {
        Dictionary<(string, string, string), FunctionProto> functions = [];
        foreach (FunctionProto function in model.Functions.Where(function => SameVersions(model, function)))
        {
            functions.TryAdd((function.Domain, function.Name, function.Overload), function);
        }

        if (functions.Count == 0)
        {
            return 0;
        }

        int calls = 0;
        int nodes = 0;
        var names = new FreshNames(model);
        for (int depth = 0; depth < Deepest && nodes < MostNodes; depth++)
        {
            int before = calls;
            foreach (GraphIndex scope in GraphIndex.Of(model).All)
            {
                foreach (NodeProto node in scope.Graph.Node.ToArray())
                {
                    if (nodes < MostNodes && functions.TryGetValue((node.Domain, node.OpType, node.Overload), out FunctionProto? function))
                    {
                        List<NodeProto> body = new FunctionCall(function, node, names).Expand();
                        GraphChanges.Replace(scope.Graph, node, body);
                        nodes += body.Count;
                        calls++;
                    }
                }
            }

            if (calls == before)
            {
                break;
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

    private static bool SameVersions(ModelProto model, FunctionProto function) => function.OpsetImport.All(set =>
        model.OpsetImport.FirstOrDefault(own => OperatorDomain.Same(own.Domain, set.Domain))?.Version == set.Version);
}
