using ModelPack.Formats.Onnx;
using ModelPack.Formats.Onnx.Protobuf;
using ModelPack.Packing.OnnxModels;
using ModelPack.Packing.OnnxModels.Graphs;

namespace ModelPack.Benchmarks.Encoders;

/// <summary>
/// The model that <c>onnxruntime.quantization.quantize_dynamic</c> makes with its defaults, made here without Python: every MatMul with a
/// constant becomes DynamicQuantizeLinear (one for each distinct input), MatMulInteger, Cast and Mul, with int8 weights symmetric over the
/// whole matrix; tables that Gather looks up become uint8 with one scale and zero point, and a DequantizeLinear behind it.
/// </summary>
internal static class DynamicPeer
{
    /// <summary>Writes the peer of a float model beside nothing else in a folder and returns its path.</summary>
    public static string Write(OnnxModel source, string folder)
    {
        ModelProto model = source.Proto.Clone();
        GraphProto graph = model.Graph;
        Dictionary<string, TensorProto> constants = graph.Initializer.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
        var quantized = new HashSet<string>(StringComparer.Ordinal);
        foreach (NodeProto node in graph.Node.ToArray())
        {
            if (node.OpType == "MatMul" && constants.TryGetValue(node.Input[1], out TensorProto? matrix) && IsFloat(matrix))
            {
                Product(graph, node, matrix, Floats(source, matrix), quantized);
            }
            else if (node.OpType == "Gather" && constants.TryGetValue(node.Input[0], out TensorProto? table) && IsFloat(table))
            {
                LookUp(graph, node, table, Floats(source, table));
            }
        }

        HashSet<string> used = [.. graph.Node.SelectMany(node => node.Input), .. graph.Output.Select(output => output.Name)];
        TensorProto[] kept = [.. graph.Initializer.Where(tensor => used.Contains(tensor.Name))];
        graph.Initializer.Clear();
        graph.Initializer.AddRange(kept.Select(tensor => tensor.DataLocation == TensorProto.Types.DataLocation.External ? Tensor(tensor.Name, [.. tensor.Dims], Floats(source, tensor)) : tensor));
        string file = Path.Combine(folder, "peer.onnx");
        OnnxFile.Write(file, model);
        return file;
    }

    private static bool IsFloat(TensorProto tensor) => (OnnxElementType)tensor.DataType == OnnxElementType.Float32;

    private static void Product(GraphProto graph, NodeProto node, TensorProto matrix, float[] values, HashSet<string> quantized)
    {
        string x = node.Input[0], y = node.Output[0];
        float scale = values.Max(Math.Abs) / 127;
        string weights = $"{matrix.Name}_quantized", weightScale = $"{matrix.Name}_scale", weightZero = $"{matrix.Name}_zero_point";
        if (!graph.Initializer.Any(tensor => tensor.Name == weights))
        {
            sbyte[] codes = Array.ConvertAll(values, value => (sbyte)Math.Clamp(MathF.Round(value / scale), -127, 127));
            graph.Initializer.Add(Named(weights, OnnxGraphBuilder.Tensor<sbyte>([.. matrix.Dims], codes)));
            graph.Initializer.Add(Tensor(weightScale, [], [scale]));
            graph.Initializer.Add(Named(weightZero, OnnxGraphBuilder.Tensor<sbyte>([], [0])));
        }

        var added = new List<NodeProto>();
        if (quantized.Add(x))
        {
            added.Add(Node("DynamicQuantizeLinear", [x], [$"{x}_quantized", $"{x}_scale", $"{x}_zero_point"]));
        }

        added.Add(Node("MatMulInteger", [$"{x}_quantized", weights, $"{x}_zero_point", weightZero], [$"{y}_integer"]));
        NodeProto cast = Node("Cast", [$"{y}_integer"], [$"{y}_cast"]);
        cast.Attribute.Add(((OnnxAttributeValue)(int)OnnxElementType.Float32).ToProto("to"));
        added.Add(cast);
        added.Add(Node("Mul", [$"{x}_scale", weightScale], [$"{y}_scale"]));
        added.Add(Node("Mul", [$"{y}_cast", $"{y}_scale"], [y]));
        GraphChanges.Replace(graph, node, added);
    }

    private static void LookUp(GraphProto graph, NodeProto node, TensorProto table, float[] values)
    {
        float low = Math.Min(0, values.Min()), high = Math.Max(0, values.Max());
        float scale = (high - low) / 255;
        byte zero = (byte)Math.Clamp(MathF.Round(-low / scale), 0, 255);
        string rows = $"{table.Name}_quantized", tableScale = $"{table.Name}_scale", tableZero = $"{table.Name}_zero_point";
        byte[] codes = Array.ConvertAll(values, value => (byte)Math.Clamp(MathF.Round(value / scale) + zero, 0, 255));
        graph.Initializer.Add(Named(rows, OnnxGraphBuilder.Tensor<byte>([.. table.Dims], codes)));
        graph.Initializer.Add(Tensor(tableScale, [], [scale]));
        graph.Initializer.Add(Named(tableZero, OnnxGraphBuilder.Tensor<byte>([], [zero])));
        string y = node.Output[0];
        NodeProto gather = node.Clone();
        gather.Input[0] = rows;
        gather.Output[0] = gather.Name = $"{y}_quantized";
        GraphChanges.Replace(graph, node, gather, Node("DequantizeLinear", [$"{y}_quantized", tableScale, tableZero], [y]));
    }

    private static float[] Floats(OnnxModel model, TensorProto tensor)
    {
        OnnxTensor values = model.Values(tensor);
        var floats = new float[values.ElementCount];
        values.ReadFloat32(0, floats);
        return floats;
    }

    private static TensorProto Tensor(string name, long[] dims, float[] values) => Named(name, OnnxGraphBuilder.Tensor<float>(dims, values));

    private static TensorProto Named(string name, TensorProto tensor)
    {
        tensor.Name = name;
        return tensor;
    }

    private static NodeProto Node(string op, string[] inputs, string[] outputs)
    {
        var node = new NodeProto { OpType = op, Name = outputs[0] };
        node.Input.Add(inputs);
        node.Output.Add(outputs);
        return node;
    }
}
