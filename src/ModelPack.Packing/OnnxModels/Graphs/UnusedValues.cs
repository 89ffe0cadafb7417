using ModelPack.Formats.Onnx.Protobuf;

namespace ModelPack.Packing.OnnxModels.Graphs;

/// <summary>Removes what nothing reads any more.</summary>
internal static class UnusedValues
{
    /// <summary>Removes constants, and nodes that only passed them on, that a change has left without a reader. Nodes that nothing read before stay.</summary>
    /// <param name="model">Changed in place.</param>
    /// <param name="released">Values that had readers before the change.</param>
    public static void Remove(ModelProto model, IEnumerable<string> released)
    {
        var names = new HashSet<string>(released, StringComparer.Ordinal);
        while (names.Count > 0)
        {
            var next = new HashSet<string>(StringComparer.Ordinal);
            foreach (GraphIndex scope in GraphIndex.Of(model).All)
            {
                bool IsUnused(string value) => names.Contains(value) && scope.UsesOf(value).Count == 0;
                foreach (NodeProto node in scope.Graph.Node.Where(node => node.Output.All(output => output.Length == 0 || IsUnused(output))).ToArray())
                {
                    next.UnionWith(node.Input);
                    GraphChanges.Replace(scope.Graph, node);
                }

                foreach (TensorProto tensor in scope.Graph.Initializer.Where(tensor => IsUnused(tensor.Name)).ToArray())
                {
                    Remove(scope.Graph.Initializer, tensor);
                }

                foreach (ValueInfoProto info in scope.Graph.ValueInfo.Where(info => IsUnused(info.Name)).ToArray())
                {
                    Remove(scope.Graph.ValueInfo, info);
                }
            }

            names = next;
        }
    }

    /// <summary>Removes constants that nothing reads: weights that have other forms by now, and what an exporter left behind.</summary>
    public static void RemoveConstants(ModelProto model) => Remove(
        model,
        [
            .. GraphIndex.Of(model).All.SelectMany(scope => scope.Graph.Initializer.Select(tensor => tensor.Name)
                .Concat(scope.Graph.Node.Where(node => node.OpType == "Constant" && OperatorDomain.IsStandard(node.Domain)).SelectMany(node => node.Output))),
        ]);

    private static void Remove<T>(Google.Protobuf.Collections.RepeatedField<T> list, T item)
        where T : class
    {
        for (int i = 0; i < list.Count; i++)
        {
            if (ReferenceEquals(list[i], item))
            {
                list.RemoveAt(i);
                return;
            }
        }
    }
}
