using Google.Protobuf;
using ModelPack.Formats.Onnx;
using ModelPack.Formats.Onnx.Protobuf;

namespace ModelPack.Tests.Onnx;

public class MalformedOnnxTests
{
    public static readonly TheoryData<string, string> BadTensors = new()
    {
        { "type 0", "MPK1106" },
        { "type 99", "MPK1106" },
        { "negative dim", "MPK1107" },
        { "dims over 63 bits", "MPK1107" },
        { "bytes over 63 bits", "MPK1107" },
        { "raw too short", "MPK1108" },
        { "raw too long", "MPK1108" },
        { "no values", "MPK1108" },
        { "values in the wrong list", "MPK1108" },
        { "raw text", "MPK1108" },
        { "no location", "MPK1109" },
        { "empty location", "MPK1109" },
        { "location twice", "MPK1109" },
        { "negative offset", "MPK1109" },
        { "offset over 63 bits", "MPK1109" },
        { "offset is a word", "MPK1109" },
        { "external text", "MPK1109" },
        { "parent folder", "MPK1110" },
        { "parent folder inside", "MPK1110" },
        { "parent folder of Windows", "MPK1110" },
        { "absolute path", "MPK1110" },
        { "drive", "MPK1110" },
        { "link that leads outside", "MPK1110" },
        { "zero byte in the path", "MPK1110" },
        { "missing file", "MPK1111" },
        { "folder", "MPK1111" },
        { "circular link", "MPK1111" },
        { "one byte beyond the file", "MPK1112" },
        { "offset far beyond the file", "MPK1112" },
        { "length too small", "MPK1113" },
        { "length too large", "MPK1113" },
    };

    [Theory]
    [MemberData(nameof(BadTensors))]
    public void Malformed_tensor_is_refused_with_file_and_tensor_named(string what, string code)
    {
        using var folder = new TemporaryFolder();
        using var outside = new TemporaryFolder();
        File.WriteAllBytes(outside.File("secret"), new byte[64]);
        File.WriteAllBytes(folder.File("data"), new byte[20]);
        Directory.CreateDirectory(folder.File("sub"));
        TensorProto tensor = Tensor(what, folder, outside);
        var graph = new OnnxGraphBuilder("g");
        graph.Node("Constant", [], "c", ("value", tensor));
        graph.Output("c", OnnxElementType.Float32, 4);
        ModelProto inNode = graph.Build();
        ModelProto inGraph = new OnnxGraphBuilder("g").Build();
        inGraph.Graph.Initializer.Add(tensor);
        foreach (ModelProto model in new[] { inNode, inGraph })
        {
            OnnxFile.Write(folder.File("model.onnx"), model);
            var error = Assert.Throws<ModelPackException>(() => OnnxFile.Read(folder.File("model.onnx")));
            Assert.True(error.Code == code, $"{what}: {error.Code} {error.Message}");
            Assert.Contains("model.onnx", error.Message, StringComparison.Ordinal);
            Assert.Contains("'bad'", error.Message, StringComparison.Ordinal);
            Assert.EndsWith(".", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Files_that_are_no_model_are_told_apart()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal("MPK1100", Code(folder.File("absent.onnx")));
        Assert.Equal("MPK1102", Code(folder.FullPath));
        File.WriteAllBytes(folder.File("empty.onnx"), []);
        Assert.Equal("MPK1103", Code(folder.File("empty.onnx")));
        File.WriteAllText(folder.File("text.onnx"), "version https://git-lfs.github.com/spec/v1");
        Assert.Equal("MPK1103", Code(folder.File("text.onnx")));
        File.WriteAllBytes(folder.File("other.onnx"), new StringStringEntryProto { Key = "a", Value = "b" }.ToByteArray());
        Assert.Contains(Code(folder.File("other.onnx")), new[] { "MPK1103", "MPK1104" });
        File.WriteAllBytes(folder.File("nothing.onnx"), new ModelProto { IrVersion = 10 }.ToByteArray());
        Assert.Equal("MPK1104", Code(folder.File("nothing.onnx")));
        using (FileStream large = File.Create(folder.File("large.onnx")))
        {
            large.SetLength(3L << 30);
        }

        Assert.Equal("MPK1105", Code(folder.File("large.onnx")));
    }

    [Fact]
    public void Unwritable_place_is_named()
    {
        using var folder = new TemporaryFolder();
        var error = Assert.Throws<ModelPackException>(() => OnnxFile.Write(folder.File("absent/model.onnx"), Sample()));
        Assert.Equal("MPK1101", error.Code);
    }

    [Fact]
    public void Model_cut_anywhere_is_refused()
    {
        using var folder = new TemporaryFolder();
        byte[] whole = Sample().ToByteArray();
        for (int length = 1; length < whole.Length; length++)
        {
            File.WriteAllBytes(folder.File("cut.onnx"), whole[..length]);
            Assert.StartsWith("MPK11", Code(folder.File("cut.onnx")), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Mutated_models_are_read_or_refused_but_never_crash()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("mutated.onnx");
        File.WriteAllBytes(folder.File("data"), new byte[64]);
        byte[] valid = Sample().ToByteArray();
        var random = new Random(99);
        int read = 0;
        for (int round = 0; round < 600; round++)
        {
            var bytes = new List<byte>(valid);
            for (int edits = random.Next(1, 4); edits > 0; edits--)
            {
                int at = random.Next(bytes.Count);
                switch (random.Next(4))
                {
                    case 0: bytes[at] = (byte)random.Next(256); break;
                    case 1: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                    case 2: bytes.RemoveRange(at, Math.Min(random.Next(1, 5), bytes.Count - at)); break;
                    default: bytes.InsertRange(at, Enumerable.Repeat((byte)0xFF, random.Next(1, 11))); break;
                }
            }

            File.WriteAllBytes(path, [.. bytes]);
            try
            {
                ModelProto model = OnnxFile.Read(path);
                using var reader = new OnnxTensorReader(path);
                foreach (TensorProto tensor in OnnxGraphs.AllTensors(model))
                {
                    OnnxTensor values = reader.Open(tensor);
                    values.ReadBytes(0, new byte[values.ByteLength]);
                }

                read++;
            }
            catch (ModelPackException e)
            {
                Assert.StartsWith("MPK11", e.Code, StringComparison.Ordinal);
            }
        }

        Assert.InRange(read, 1, 599);
    }

    [Fact]
    public void Graphs_nested_without_end_are_refused()
    {
        using var folder = new TemporaryFolder();
        var model = new OnnxGraphBuilder("g").Build();
        GraphProto inner = model.Graph;
        for (int depth = 0; depth < 100; depth++)
        {
            var next = new GraphProto { Name = "g" };
            inner.Node.Add(new NodeProto { OpType = "If", Attribute = { new AttributeProto { Name = "then_branch", G = next } } });
            inner = next;
        }

        OnnxFile.Write(folder.File("deep.onnx"), model);
        Assert.Equal("MPK1103", Code(folder.File("deep.onnx")));
    }

    private static string Code(string path)
    {
        var error = Assert.Throws<ModelPackException>(() => OnnxFile.Read(path));
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        return error.Code;
    }

    private static ModelProto Sample()
    {
        var graph = new OnnxGraphBuilder("sample");
        graph.Input("x", OnnxElementType.Float32, "n", 4);
        graph.Initializer("w", [4], [1f, 2f, 3f, 4f]);
        graph.Initializer(new ExternalTensor("e", OnnxElementType.Float32, [4]));
        graph.Node("Add", ["x", "w"], "xw");
        graph.Node("Mul", ["xw", "e"], "y", ("alpha", 0.5f), ("axes", new long[] { 1, 2 }), ("mode", "x"));
        graph.Output("y", OnnxElementType.Float32, "n", 4);
        ModelProto model = graph.Build();
        ExternalLayout.Assign(model, "data");
        return model;
    }

    private static TensorProto Tensor(string what, TemporaryFolder folder, TemporaryFolder outside)
    {
        TensorProto tensor = new() { Name = "bad", DataType = (int)OnnxElementType.Float32, Dims = { 4 } };
        var external = new List<(string Key, string Value)> { ("location", "data"), ("offset", "4"), ("length", "16") };
        switch (what)
        {
            case "type 0": tensor.DataType = 0; return tensor;
            case "type 99": tensor.DataType = 99; return tensor;
            case "negative dim": tensor.Dims[0] = -4; return tensor;
            case "dims over 63 bits": tensor.Dims.Add([1L << 40, 1L << 40]); return tensor;
            case "bytes over 63 bits": tensor.Dims[0] = 1L << 61; return tensor;
            case "raw too short": tensor.RawData = ByteString.CopyFrom(new byte[15]); return tensor;
            case "raw too long": tensor.RawData = ByteString.CopyFrom(new byte[17]); return tensor;
            case "no values": return tensor;
            case "values in the wrong list": tensor.Int32Data.Add([1, 2, 3, 4]); return tensor;
            case "raw text": tensor.DataType = (int)OnnxElementType.String; tensor.RawData = ByteString.CopyFrom(new byte[4]); return tensor;
            case "external text": tensor.DataType = (int)OnnxElementType.String; break;
            case "no location": external.RemoveAt(0); break;
            case "empty location": external[0] = ("location", string.Empty); break;
            case "location twice": external.Add(("location", "data")); break;
            case "negative offset": external[1] = ("offset", "-4"); break;
            case "offset over 63 bits": external[1] = ("offset", "9223372036854775808"); break;
            case "offset is a word": external[1] = ("offset", "four"); break;
            case "parent folder": external[0] = ("location", "../" + Path.GetFileName(outside.FullPath) + "/secret"); break;
            case "parent folder inside": external[0] = ("location", "sub/../data"); break;
            case "parent folder of Windows": external[0] = ("location", "..\\data"); break;
            case "absolute path": external[0] = ("location", outside.File("secret")); break;
            case "drive": external[0] = ("location", "c:data"); break;
            case "link that leads outside": Link(folder, "link", outside.File("secret"), external); break;
            case "zero byte in the path": external[0] = ("location", "data\0"); break;
            case "missing file": external[0] = ("location", "absent"); break;
            case "folder": external[0] = ("location", "sub"); break;
            case "circular link": Link(folder, "circle", "circle", external); break;
            case "one byte beyond the file": external[1] = ("offset", "5"); break;
            case "offset far beyond the file": external[1] = ("offset", long.MaxValue.ToString()); break;
            case "length too small": external[2] = ("length", "12"); break;
            case "length too large": external[2] = ("length", "17"); break;
            default: throw new ArgumentException(what);
        }

        tensor.DataLocation = TensorProto.Types.DataLocation.External;
        tensor.ExternalData.Add(external.Select(entry => new StringStringEntryProto { Key = entry.Key, Value = entry.Value }));
        return tensor;
    }

    private static void Link(TemporaryFolder folder, string name, string target, List<(string Key, string Value)> external)
    {
        File.CreateSymbolicLink(folder.File(name), target);
        external[0] = ("location", name);
    }
}
