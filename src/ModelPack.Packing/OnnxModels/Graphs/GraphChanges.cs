using ModelPack.Formats.Onnx.Protobuf;

namespace ModelPack.Packing.OnnxModels.Graphs;

/// <summary>Changes to graphs that keep them valid. In place.</summary>
internal static class GraphChanges
{
    /// <summary>Puts nodes into the place of one node.</summary>
    public static void Replace(GraphProto graph, NodeProto node, params IReadOnlyList<NodeProto> with)
    {
        int at = IndexOf(graph, node);
        graph.Node.RemoveAt(at);
        foreach (NodeProto added in with)
        {
            graph.Node.Insert(at++, added);
        }
    }

    /// <summary>Puts nodes in front of a node.</summary>
    public static void InsertBefore(GraphProto graph, NodeProto node, params IReadOnlyList<NodeProto> added)
    {
        int at = IndexOf(graph, node);
        foreach (NodeProto before in added)
        {
            graph.Node.Insert(at++, before);
        }
    }

    /// <summary>Puts nodes behind a node.</summary>
    public static void InsertAfter(GraphProto graph, NodeProto node, params IReadOnlyList<NodeProto> added)
    {
        int at = IndexOf(graph, node) + 1;
        foreach (NodeProto after in added)
        {
            graph.Node.Insert(at++, after);
        }
    }

    /// <summary>Imports an operator set, in a version at least as high as given.</summary>
    public static void Import(ModelProto model, string domain, long version)
    {
        OperatorSetIdProto? known = model.OpsetImport.FirstOrDefault(set => OperatorDomain.Same(set.Domain, domain));
        if (known is null)
        {
            model.OpsetImport.Add(new OperatorSetIdProto { Domain = domain, Version = version });
        }
        else if (known.Version < version)
        {
            known.Version = version;
        }
    }

    /// <summary>
    /// Takes initializers out of the list of graph inputs. Files of the first IR versions list them there, where ONNX Runtime takes
    /// them for defaults that every call may replace, and so neither folds nor packs them.
    /// </summary>
    /// <returns>How many there were.</returns>
    public static int MakeDefaultsConstant(GraphProto graph)
    {
        HashSet<string> initializers = [.. graph.Initializer.Select(tensor => tensor.Name)];
        ValueInfoProto[] kept = [.. graph.Input.Where(input => !initializers.Contains(input.Name))];
        int removed = graph.Input.Count - kept.Length;
        graph.Input.Clear();
        graph.Input.AddRange(kept);
        return removed;
    }

    private static int IndexOf(GraphProto graph, NodeProto node)
    {
        for (int i = 0; i < graph.Node.Count; i++)
        {
            // Messages compare by content; this one node is meant.
            if (ReferenceEquals(graph.Node[i], node))
            {
                return i;
            }
        }

        throw new ArgumentException($"The graph has no such node: {node.OpType} {node.Name}.", nameof(node));
    }
}
