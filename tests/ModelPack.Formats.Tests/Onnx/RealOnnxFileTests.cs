using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using ModelPack.Formats.Onnx;
using ModelPack.Formats.Onnx.Protobuf;

namespace ModelPack.Tests.Onnx;

public class RealOnnxFileTests
{
    public static readonly TheoryData<string> Files = new(
        "models/lenet-mnist-onnx/model.onnx",
        "models/magika-v3_3-onnx/model.onnx",
        "models/ultraface-slim-320-onnx/model.onnx",
        "models/silero-vad-v6/silero_vad.onnx",
        "models/silero-vad-v6/silero_vad_16k_op15.onnx");

    [SkippableTheory]
    [MemberData(nameof(Files))]
    public void Read_and_written_model_computes_the_same_in_ONNX_Runtime(string file)
    {
        string path = FindModel(file);
        using var folder = new TemporaryFolder();
        ModelProto model = OnnxFile.Read(path);
        OnnxFile.Write(folder.File("copy.onnx"), model);
        Assert.Equal(model, OnnxFile.Read(folder.File("copy.onnx")));
        Assert.Equal(Outputs(path), Outputs(folder.File("copy.onnx")));
    }

    [SkippableTheory]
    [MemberData(nameof(Files))]
    public void Weights_moved_to_an_external_file_compute_the_same(string file)
    {
        string path = FindModel(file);
        using var folder = new TemporaryFolder();
        ModelProto model = OnnxFile.Read(path);
        var bytes = new Dictionary<string, byte[]>();
        using (var reader = new OnnxTensorReader(path))
        {
            // ONNX Runtime infers shapes from integer initializers and cannot do so from external ones.
            foreach (TensorProto tensor in model.Graph.Initializer.Where(tensor => tensor.DataType == (int)OnnxElementType.Float32))
            {
                OnnxTensor values = reader.Open(tensor);
                byte[] content = new byte[values.ByteLength];
                values.ReadBytes(0, content);
                bytes.Add(tensor.Name, content);
                TensorProto external = new ExternalTensor(values.Name, values.Type, values.Dims).ToInitializer();
                tensor.ClearRawData();
                tensor.FloatData.Clear();
                tensor.DataLocation = external.DataLocation;
            }
        }

        ExternalLayout layout = ExternalLayout.Assign(model, "data");
        byte[] data = new byte[layout.Length];
        foreach (ExternalPlacement place in layout.Placements)
        {
            bytes[place.Name].CopyTo(data, place.Offset);
        }

        File.WriteAllBytes(folder.File("data"), data);
        OnnxFile.Write(folder.File("model.onnx"), model);
        Assert.Equal(Outputs(path), Outputs(folder.File("model.onnx")));
        using var moved = new OnnxTensorReader(folder.File("model.onnx"));
        foreach (TensorProto tensor in OnnxFile.Read(folder.File("model.onnx")).Graph.Initializer.Where(tensor => bytes.ContainsKey(tensor.Name)))
        {
            byte[] content = new byte[bytes[tensor.Name].Length];
            moved.Open(tensor).ReadBytes(0, content);
            Assert.True(content.AsSpan().SequenceEqual(bytes[tensor.Name]), tensor.Name);
        }
    }

    private static string FindModel(string file)
    {
        string folder = SharedFolder.Require(Path.GetDirectoryName(file)!);
        return Directory.EnumerateFiles(folder, Path.GetFileName(file), SearchOption.AllDirectories).First();
    }

    private static List<float[]> Outputs(string path)
    {
        using var options = new SessionOptions { IntraOpNumThreads = 1 };
        using var session = new InferenceSession(path, options);
        var random = new Random(11);
        List<NamedOnnxValue> inputs = [.. session.InputMetadata.Select(input => Input(input.Key, input.Value, random))];
        using IDisposableReadOnlyCollection<DisposableNamedOnnxValue> results = session.Run(inputs);
        return [.. results.Select(result => result.AsTensor<float>().ToArray())];
    }

    private static NamedOnnxValue Input(string name, NodeMetadata metadata, Random random)
    {
        // Variable sizes: batches of one; 576 samples are one step of the voice detector.
        int[] dims = [.. metadata.Dimensions.Select((dim, i) => dim > 0 ? dim : i == 0 ? 1 : name == "input" ? 576 : 1)];
        if (name == "state")
        {
            dims = [2, 1, 128];
        }

        int length = dims.Aggregate(1, (product, dim) => product * dim);
        if (metadata.ElementType == typeof(long))
        {
            return NamedOnnxValue.CreateFromTensor(name, new DenseTensor<long>(Enumerable.Repeat(16000L, length).ToArray(), dims));
        }

        return metadata.ElementType == typeof(int)
            ? NamedOnnxValue.CreateFromTensor(name, new DenseTensor<int>(Enumerable.Range(0, length).Select(_ => random.Next(257)).ToArray(), dims))
            : NamedOnnxValue.CreateFromTensor(name, new DenseTensor<float>(Enumerable.Range(0, length).Select(_ => random.NextSingle()).ToArray(), dims));
    }
}
