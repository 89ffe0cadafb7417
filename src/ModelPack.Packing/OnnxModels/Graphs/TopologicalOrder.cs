using ModelPack.Formats.Onnx.Protobuf;

namespace ModelPack.Packing.OnnxModels.Graphs;

/// <summary>Puts the nodes of a graph behind what they read; otherwise they keep their order. In place.</summary>
internal static class TopologicalOrder
{
    /// <summary>Sorts one graph; values from outside are there already.</summary>
    /// <exception cref="ArgumentException">The nodes read each other in a circle.</exception>
    public static void Sort(GraphProto graph)
    {
        var producers = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < graph.Node.Count; i++)
        {
            foreach (string output in graph.Node[i].Output.Where(output => output.Length > 0))
            {
                producers.TryAdd(output, i);
            }
        }

        var waiting = new int[graph.Node.Count];
        var readers = new List<int>[graph.Node.Count];
        for (int i = 0; i < graph.Node.Count; i++)
        {
            foreach (int producer in Read(graph.Node[i]).Where(producers.ContainsKey).Select(value => producers[value]).Distinct())
            {
                waiting[i]++;
                (readers[producer] ??= []).Add(i);
            }
        }

        var ready = new PriorityQueue<int, int>(Enumerable.Range(0, graph.Node.Count).Where(i => waiting[i] == 0).Select(i => (i, i)));
        var sorted = new List<NodeProto>(graph.Node.Count);
        while (ready.TryDequeue(out int next, out _))
        {
            sorted.Add(graph.Node[next]);
            foreach (int reader in readers[next] ?? [])
            {
                if (--waiting[reader] == 0)
                {
                    ready.Enqueue(reader, reader);
                }
            }
        }

        if (sorted.Count != graph.Node.Count)
        {
            throw new ArgumentException("The nodes of the graph read each other in a circle.", nameof(graph));
        }

        graph.Node.Clear();
        graph.Node.AddRange(sorted);
    }

    private static IEnumerable<string> Read(NodeProto node) => node.Attribute
        .SelectMany(attribute => attribute.G is null ? attribute.Graphs : attribute.Graphs.Prepend(attribute.G))
        .SelectMany(graph => graph.Node.SelectMany(Read).Concat(graph.Output.Select(output => output.Name)))
        .Concat(node.Input);
}
