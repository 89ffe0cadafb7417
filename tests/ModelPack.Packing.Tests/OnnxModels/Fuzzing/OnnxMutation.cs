using Google.Protobuf;
using Google.Protobuf.Collections;
using ModelPack.Formats.Onnx;
using ModelPack.Formats.Onnx.Protobuf;

namespace ModelPack.Tests.OnnxModels.Fuzzing;

/// <summary>Damages an ONNX file: single bytes, or the model inside so that it stays a file but hardly a model. Pure.</summary>
internal static class OnnxMutation
{
    // Sizes and indices that readers get wrong.
    private static readonly long[] Numbers = [0, 1, -1, 2, 3, 16, 31, 33, 1 << 20, int.MaxValue, 1L << 31, 1L << 40, long.MaxValue, long.MinValue];

    private static readonly Action<ModelProto, Random>[] Structural =
    [
        (model, random) => OnNode(model, random, node => node.Input.Clear()),
        (model, random) => OnNode(model, random, node => node.Output.Clear()),
        (model, random) => OnNode(model, random, node => Replace(node.Input, random, AnyName(model, random))),
        (model, random) => OnNode(model, random, node => Replace(node.Output, random, AnyName(model, random))),
        (model, random) => OnNode(model, random, node => node.OpType = Pick(["MatMul", "Gemm", "Gather", "Reshape", "Transpose", "Identity", "Cast", "If", "Loop", "Constant", "Conv", ""], random)),
        (model, random) => OnNode(model, random, node => node.Domain = Pick(["", "ai.onnx", "com.microsoft", "no.domain"], random)),
        (model, random) => OnNode(model, random, node => node.Name = AnyName(model, random)),
        (model, random) => OnNode(model, random, node => OnAny(node.Attribute, random, attribute => attribute.I = Pick(Numbers, random))),
        (model, random) => OnNode(model, random, node => OnAny(node.Attribute, random, attribute => attribute.Ints.Add(Pick(Numbers, random)))),
        (model, random) => OnNode(model, random, node => OnAny(node.Attribute, random, attribute => attribute.Name = Pick(["transA", "transB", "alpha", "perm", "axis", "value", "to", "then_branch"], random))),
        (model, random) => OnNode(model, random, node => OnAny(node.Attribute, random, attribute => attribute.G = model.Graph.Clone())),
        (model, random) => OnNode(model, random, node => OnAny(node.Attribute, random, attribute => attribute.RefAttrName = "other")),
        (model, random) => OnNode(model, random, node => model.Graph.Node.Insert(random.Next(model.Graph.Node.Count + 1), node.Clone())),
        (model, random) => OnNode(model, random, node => model.Graph.Node.Remove(node)),
        (model, random) => OnTensor(model, random, tensor => Replace(tensor.Dims, random, Pick(Numbers, random))),
        (model, random) => OnTensor(model, random, tensor => tensor.Dims.Add(Pick(Numbers, random))),
        (model, random) => OnTensor(model, random, tensor => tensor.Dims.Clear()),
        (model, random) => OnTensor(model, random, tensor => tensor.DataType = random.Next(-1, 40)),
        (model, random) => OnTensor(model, random, tensor => tensor.Name = AnyName(model, random)),
        (model, random) => OnTensor(model, random, tensor => tensor.RawData = ByteString.CopyFrom(tensor.RawData.Span[..random.Next(tensor.RawData.Length + 1)])),
        (model, random) => OnTensor(model, random, tensor => Fill(tensor, random)),
        (model, random) => OnTensor(model, random, tensor => MakeExternal(tensor, random)),
        (model, random) => OnTensor(model, random, tensor => model.Graph.Initializer.Add(tensor.Clone())),
        (model, random) => OnAny(model.Graph.Input, random, input => input.Name = AnyName(model, random)),
        (model, random) => OnAny(model.Graph.Input, random, input => OnAny(input.Type?.TensorType?.Shape?.Dim, random, dim => dim.DimValue = Pick(Numbers, random))),
        (model, random) => OnAny(model.Graph.Input, random, input => input.Type = null),
        (model, random) => OnAny(model.Graph.Output, random, output => output.Name = AnyName(model, random)),
        (model, random) => OnAny(model.Graph.Output, random, output => model.Graph.Output.Remove(output)),
        (model, random) => OnAny(model.OpsetImport, random, set => set.Version = Pick(Numbers, random)),
        (model, random) => model.OpsetImport.Clear(),
        (model, random) => model.IrVersion = Pick(Numbers, random),
        (model, random) => model.Functions.Add(CallsItself(model, random)),
        (model, random) => Shuffle(model.Graph.Node, random),
    ];

    private static readonly Func<byte[], int, Random, byte[]>[] OfBytes =
    [
        (bytes, at, random) => With(bytes, at, (byte)(bytes[at] ^ (1 << random.Next(8)))),
        (bytes, at, random) => With(bytes, at, (byte)random.Next(256)),
        (bytes, at, random) => [.. bytes[..at], .. new byte[random.Next(1, 40)], .. bytes[at..]],
        (bytes, at, random) => [.. bytes[..at], .. bytes[Math.Min(bytes.Length, at + random.Next(1, 40))..]],
        (bytes, at, random) => [.. bytes[..at], .. bytes[random.Next(at + 1)..]],
        (bytes, at, _) => bytes[..at],
    ];

    /// <summary>The file with one to three kinds of damage.</summary>
    public static byte[] Of(byte[] file, Random random)
    {
        if (random.Next(4) == 0)
        {
            byte[] bytes = file;
            for (int left = random.Next(1, 4); left > 0 && bytes.Length > 0; left--)
            {
                bytes = OfBytes[random.Next(OfBytes.Length)](bytes, random.Next(bytes.Length), random);
            }

            return bytes;
        }

        ModelProto model = ModelProto.Parser.ParseFrom(file);
        for (int left = random.Next(1, 4); left > 0; left--)
        {
            Structural[random.Next(Structural.Length)](model, random);
        }

        return model.ToByteArray();
    }

    private static FunctionProto CallsItself(ModelProto model, Random random)
    {
        NodeProto call = model.Graph.Node.Count > 0 ? model.Graph.Node[random.Next(model.Graph.Node.Count)] : new NodeProto();
        var function = new FunctionProto { Name = call.OpType, Domain = call.Domain };
        function.Input.Add(call.Input.Distinct());
        function.Output.Add(call.Output.Distinct());
        function.Node.Add(call.Clone());
        function.Node.Add(call.Clone());
        function.OpsetImport.Add(model.OpsetImport);
        return function;
    }

    private static void Fill(TensorProto tensor, Random random)
    {
        byte[] bytes = tensor.RawData.ToByteArray();
        random.NextBytes(bytes);
        tensor.RawData = ByteString.CopyFrom(bytes);
    }

    private static void MakeExternal(TensorProto tensor, Random random)
    {
        tensor.DataLocation = TensorProto.Types.DataLocation.External;
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = Pick(["fuzzed.onnx", "../fuzzed.onnx", "/etc/hostname", "none.bin", "store"], random) });
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "offset", Value = $"{Pick(Numbers, random)}" });
    }

    private static string AnyName(ModelProto model, Random random)
    {
        string[] names = [.. model.Graph.Node.SelectMany(node => node.Input.Concat(node.Output)), .. model.Graph.Initializer.Select(tensor => tensor.Name), "", "new"];
        return Pick(names, random);
    }

    private static void OnNode(ModelProto model, Random random, Action<NodeProto> change) => OnAny(model.Graph?.Node, random, change);

    private static void OnTensor(ModelProto model, Random random, Action<TensorProto> change)
    {
        TensorProto[] tensors = model.Graph is null ? [] : [.. OnnxGraphs.AllTensors(model)];
        if (tensors.Length > 0)
        {
            change(Pick(tensors, random));
        }
    }

    private static void OnAny<T>(RepeatedField<T>? list, Random random, Action<T> change)
    {
        if (list is { Count: > 0 })
        {
            change(list[random.Next(list.Count)]);
        }
    }

    private static void Replace<T>(RepeatedField<T> list, Random random, T value)
    {
        if (list.Count > 0)
        {
            list[random.Next(list.Count)] = value;
        }
    }

    private static void Shuffle(RepeatedField<NodeProto> nodes, Random random)
    {
        NodeProto[] shuffled = [.. nodes];
        random.Shuffle(shuffled);
        nodes.Clear();
        nodes.Add(shuffled);
    }

    private static T Pick<T>(T[] values, Random random) => values[random.Next(values.Length)];

    private static byte[] With(byte[] bytes, int at, byte value)
    {
        byte[] changed = [.. bytes];
        changed[at] = value;
        return changed;
    }
}
