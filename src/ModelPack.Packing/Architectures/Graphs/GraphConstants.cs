using ModelPack.Formats.Onnx;

namespace ModelPack.Packing.Architectures.Graphs;

/// <summary>Small constants that nodes take as shape, axis or split.</summary>
internal static class GraphConstants
{
    /// <summary>An int64 vector; one initializer for equal ones.</summary>
    public static string Int64s(this OnnxGraphBuilder graph, params ReadOnlySpan<long> values)
    {
        string name = $"/constants/int64[{string.Join(",", values.ToArray())}]";
        return graph.Contains(name) ? name : graph.Initializer(name, [values.Length], values);
    }
}
