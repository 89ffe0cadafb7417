using System.Buffers.Binary;
using ModelPack.Formats.Onnx;
using ModelPack.Formats.Onnx.Protobuf;

namespace ModelPack.Packing.Inspection;

/// <summary>What the initializers of a graph weigh and which of them are weight matrices.</summary>
internal static class OnnxWeights
{
    // Where a matrix enters an operator: the input that holds its numbers or codes, and those with its scales and zero points.
    private static readonly Dictionary<string, int[]> MatrixInputs = new(StringComparer.Ordinal)
    {
        ["MatMul"] = [1],
        ["Gemm"] = [1],
        ["Gather"] = [0],
        ["Conv"] = [1],
        ["ConvTranspose"] = [1],
        ["FusedMatMul"] = [1],
        ["MatMulNBits"] = [1, 2, 3],
        ["MatMulBnb4"] = [1, 2],
        ["GatherBlockQuantized"] = [0, 2, 3],
        ["MatMulInteger"] = [1, 3],
        ["DynamicQuantizeMatMul"] = [1, 2, 3],
        ["QLinearMatMul"] = [3, 4, 5],
    };

    // What stands between an initializer and the operator without being work of its own.
    private static readonly Dictionary<string, int> Transparent = new(StringComparer.Ordinal)
    {
        ["Cast"] = 1,
        ["Reshape"] = 1,
        ["Transpose"] = 1,
        ["Identity"] = 1,
        ["DequantizeLinear"] = 3,
    };

    /// <summary>Stored bits of matrices by the number of weights in them; a table that two operators share counts once.</summary>
    public static double BitsPerWeight(GraphProto graph)
    {
        Dictionary<string, TensorProto> initializers = ByName(graph.Initializer, tensor => tensor.Name);
        Dictionary<string, NodeProto> producers = ByName(graph.Node, node => node.Output[0]);
        var counted = new HashSet<string>(StringComparer.Ordinal);
        double bytes = 0;
        double weights = 0;
        foreach (NodeProto node in graph.Node)
        {
            if (!MatrixInputs.TryGetValue(node.OpType, out int[]? inputs))
            {
                continue;
            }

            TensorProto[] stored = [.. inputs.Where(index => index < node.Input.Count).SelectMany(index => Roots(node.Input[index]))];
            if (stored is not [var matrix, ..] || (matrix.Dims.Count < 2 && node.OpType != "MatMulBnb4") || !counted.Add(Place(matrix)))
            {
                continue;
            }

            bytes += Bytes(matrix) + stored[1..].Where(tensor => counted.Add(Place(tensor))).Sum(Bytes);
            weights += WeightCount(node, matrix, producers.GetValueOrDefault(node.Input[0]), initializers);
        }

        return weights > 0 ? bytes * 8 / weights : 0;

        IEnumerable<TensorProto> Roots(string value)
        {
            if (initializers.TryGetValue(value, out TensorProto? tensor))
            {
                return [tensor];
            }

            return producers.TryGetValue(value, out NodeProto? node) && Transparent.TryGetValue(node.OpType, out int inputs)
                ? node.Input.Take(inputs).SelectMany(Roots)
                : [];
        }
    }

    /// <summary>Bytes of an initializer, wherever they lie.</summary>
    public static long Bytes(TensorProto tensor) => ((OnnxElementType)tensor.DataType).ByteLength(Elements(tensor));

    /// <summary>The element type, lower case.</summary>
    public static string TypeName(TensorProto tensor) => ((OnnxElementType)tensor.DataType).ToString().ToLowerInvariant();

    /// <summary>Bytes of constants; those that lie on each other count once.</summary>
    public static long StoredBytes(IReadOnlyList<TensorProto> constants) => constants.Where(tensor => tensor.ExternalData.Count == 0).Sum(Bytes)
        + constants.Where(tensor => tensor.ExternalData.Count > 0).DistinctBy(Place, StringComparer.Ordinal).Sum(Bytes);

    /// <summary>The external data files that an initializer names.</summary>
    public static IEnumerable<string> DataFiles(TensorProto tensor) =>
        tensor.ExternalData.Where(entry => entry.Key == "location").Select(entry => entry.Value);

    // Two initializers may share the same bytes of the data file, seen in different shapes.
    private static string Place(TensorProto tensor) => tensor.ExternalData.Count == 0
        ? tensor.Name
        : string.Join('\n', tensor.ExternalData.Where(entry => entry.Key is "location" or "offset").Select(entry => $"{entry.Key}={entry.Value}").Order(StringComparer.Ordinal));

    private static double WeightCount(NodeProto node, TensorProto matrix, NodeProto? input, Dictionary<string, TensorProto> initializers) => node.OpType switch
    {
        "MatMulNBits" => (double)Attribute(node, "K", 0) * Attribute(node, "N", 0),
        "MatMulBnb4" => (double)(Attribute(node, "K", 0) - Padding(input, initializers)) * Attribute(node, "N", 0),
        // Offsets that meet the sums of groups belong to the matrix whose groups they are.
        "FusedMatMul" when input?.OpType == "ReduceSum" => 0,
        "GatherBlockQuantized" when matrix.DataType == (int)OnnxElementType.UInt8 => (double)Elements(matrix) * 8 / Attribute(node, "bits", 4),
        _ => Elements(matrix),
    };

    // Inputs that a Pad in front of a product adds: rows are stored with as many more.
    private static long Padding(NodeProto? input, Dictionary<string, TensorProto> initializers) =>
        input?.OpType == "Pad" && initializers.TryGetValue(input.Input[1], out TensorProto? pads) && pads.RawData.Length >= sizeof(long)
            ? BinaryPrimitives.ReadInt64LittleEndian(pads.RawData.Span[^sizeof(long)..])
            : 0;

    private static long Attribute(NodeProto node, string name, long absent) =>
        node.Attribute.FirstOrDefault(attribute => attribute.Name == name)?.I ?? absent;

    private static long Elements(TensorProto tensor) => tensor.Dims.Aggregate(1L, (product, dim) => checked(product * dim));

    private static Dictionary<string, T> ByName<T>(IEnumerable<T> items, Func<T, string> name)
    {
        var byName = new Dictionary<string, T>(StringComparer.Ordinal);
        foreach (T item in items)
        {
            byName.TryAdd(name(item), item);
        }

        return byName;
    }
}
