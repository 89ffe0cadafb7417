using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using ModelPack.Formats.Onnx;
using ModelPack.Formats.Onnx.Protobuf;

namespace ModelPack.Tests.Onnx;

public class OnnxTensorReaderTests
{
    public static readonly TheoryData<OnnxElementType, byte[]> Types = new()
    {
        { OnnxElementType.Float32, [0, 0, 128, 63, 0, 0, 0, 192, 0, 0, 64, 64] },
        { OnnxElementType.UInt8, [1, 200, 255] },
        { OnnxElementType.Int8, [1, 200, 255] },
        { OnnxElementType.UInt16, [1, 0, 255, 255, 0, 128] },
        { OnnxElementType.Int16, [1, 0, 255, 255, 0, 128] },
        { OnnxElementType.Int32, [1, 0, 0, 0, 255, 255, 255, 255, 0, 0, 0, 128] },
        { OnnxElementType.UInt32, [1, 0, 0, 0, 255, 255, 255, 255, 0, 0, 0, 128] },
        { OnnxElementType.Bool, [1, 0, 1] },
        { OnnxElementType.Float16, [0, 60, 0, 192, 0, 66] },
        { OnnxElementType.BFloat16, [128, 63, 0, 192, 64, 64] },
        { OnnxElementType.Int64, [1, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 0, 0, 0, 0, 128] },
        { OnnxElementType.UInt64, [1, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 0, 0, 0, 0, 128] },
        { OnnxElementType.Float64, [0, 0, 0, 0, 0, 0, 240, 63, 0, 0, 0, 0, 0, 0, 0, 192, 0, 0, 0, 0, 0, 0, 8, 64] },
        { OnnxElementType.UInt4, [0x21, 0x0F] },
        { OnnxElementType.Int4, [0x9A, 0x07] },
        { OnnxElementType.UInt2, [0x1B] },
        { OnnxElementType.Int2, [0x39] },
    };

    [Theory]
    [MemberData(nameof(Types))]
    public void Raw_bytes_typed_lists_and_external_files_give_the_same_values(OnnxElementType type, byte[] bytes)
    {
        using var folder = new TemporaryFolder();
        var raw = new TensorProto { Name = "t", DataType = (int)type, Dims = { 3 }, RawData = ByteString.CopyFrom(bytes) };
        TensorProto typed = Typed(type, bytes);
        var external = new ExternalTensor("t", type, [3]).ToInitializer();
        external.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = "sub/data" });
        external.ExternalData.Add(new StringStringEntryProto { Key = "offset", Value = "5" });
        Directory.CreateDirectory(folder.File("sub"));
        File.WriteAllBytes(folder.File("sub/data"), [.. new byte[5], .. bytes]);
        using var reader = new OnnxTensorReader(folder.File("model.onnx"));
        foreach (TensorProto tensor in new[] { raw, typed, external })
        {
            OnnxTensor opened = reader.Open(tensor);
            byte[] read = new byte[opened.ByteLength];
            opened.ReadBytes(0, read);
            Assert.Equal(bytes, read);
            Assert.Equal((3L, type), (opened.ElementCount, opened.Type));
            opened.Release(0, opened.ByteLength);
            if (opened.CanReadFloat32)
            {
                float[] floats = new float[2];
                opened.ReadFloat32(1, floats);
                float[] expected = new float[3];
                ModelPack.Formats.Numerics.Widening.ToFloat32Scalar(Enum.Parse<ModelPack.Formats.Numerics.ElementType>(type.ToString()), bytes, expected);
                Assert.Equal(expected[1..], floats);
            }
            else
            {
                Assert.Throws<NotSupportedException>(() => opened.ReadFloat32(0, new float[1]));
            }

            Assert.Throws<ArgumentOutOfRangeException>(() => opened.ReadBytes(1, new byte[bytes.Length]));
        }
    }

    [SkippableFact]
    public void Model_over_two_gigabytes_runs_in_ONNX_Runtime_and_is_read_without_loading_it()
    {
        const long Rows = 3 << 20;
        const int Columns = 1024;
        using var folder = new TemporaryFolder();
        var graph = new OnnxGraphBuilder("large");
        graph.Input("row", OnnxElementType.Int64, 1);
        graph.Initializer(new ExternalTensor("small", OnnxElementType.UInt8, [3]));
        graph.Initializer(new ExternalTensor("table", OnnxElementType.UInt8, [Rows, Columns]));
        graph.Node("Gather", ["table", "row"], "y");
        graph.Output("y", OnnxElementType.UInt8, 1, Columns);
        ModelProto model = graph.Build();
        ExternalLayout layout = ExternalLayout.Assign(model, "large.onnx.data");
        byte[] row = [.. Enumerable.Range(0, Columns).Select(i => (byte)(i * 7))];
        long last = layout.Placements[1].Offset + ((Rows - 2) * Columns);
        using (FileStream data = File.Create(folder.File("large.onnx.data")))
        {
            // Only the row that is written takes room on the disk.
            data.SetLength(layout.Length);
            data.Position = last;
            data.Write(row);
        }

        OnnxFile.Write(folder.File("large.onnx"), model);
        Assert.True(new FileInfo(folder.File("large.onnx.data")).Length > 3L << 30);
        long before = GC.GetAllocatedBytesForCurrentThread();
        ModelProto read = OnnxFile.Read(folder.File("large.onnx"));
        using var reader = new OnnxTensorReader(folder.File("large.onnx"));
        OnnxTensor table = reader.Open(read.Graph.Initializer[1]);
        byte[] found = new byte[Columns];
        table.ReadBytes((Rows - 2) * Columns, found);
        Assert.Equal(row, found);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);

        using var session = new InferenceSession(folder.File("large.onnx"));
        using IDisposableReadOnlyCollection<DisposableNamedOnnxValue> result =
            session.Run([NamedOnnxValue.CreateFromTensor("row", new DenseTensor<long>(new[] { Rows - 2 }, [1]))]);
        Assert.Equal(row, result[0].AsEnumerable<byte>());
    }

    [Fact]
    public void Model_and_data_that_are_links_into_one_folder_are_read()
    {
        using var folder = new TemporaryFolder();
        using var blobs = new TemporaryFolder();
        var graph = new OnnxGraphBuilder("linked");
        graph.Initializer(new ExternalTensor("w", OnnxElementType.UInt8, [3]));
        ModelProto model = graph.Build();
        ExternalLayout.Assign(model, "data");
        OnnxFile.Write(blobs.File("0001"), model);
        File.WriteAllBytes(blobs.File("0002"), [1, 2, 3]);
        File.CreateSymbolicLink(folder.File("model.onnx"), blobs.File("0001"));
        File.CreateSymbolicLink(folder.File("data"), blobs.File("0002"));
        using var reader = new OnnxTensorReader(folder.File("model.onnx"));
        byte[] read = new byte[3];
        reader.Open(OnnxFile.Read(folder.File("model.onnx")).Graph.Initializer[0]).ReadBytes(0, read);
        Assert.Equal([1, 2, 3], read);
    }

    [Fact]
    public void Everything_in_a_model_survives_a_write_and_a_read()
    {
        using var folder = new TemporaryFolder();
        var inner = new OnnxGraphBuilder("inner");
        inner.Initializer("deep", [2], [1L, 2L]);
        var graph = new OnnxGraphBuilder("outer");
        graph.Node("If", ["condition"], "y", ("then_branch", inner.BuildGraph()), ("strings", new[] { "a", "é" }), ("floats", new[] { 1f, -0f }));
        ModelProto model = graph.Build(13);
        model.MetadataProps.Add(new StringStringEntryProto { Key = "licence", Value = "MIT" });
        var values = new TensorProto { Name = "values", DataType = (int)OnnxElementType.Float32, Dims = { 1 }, FloatData = { 5 } };
        var indices = new TensorProto { DataType = (int)OnnxElementType.Int64, Dims = { 1 }, Int64Data = { 3 } };
        model.Graph.SparseInitializer.Add(new SparseTensorProto { Values = values, Indices = indices, Dims = { 10 } });
        model.Functions.Add(new FunctionProto { Name = "f", Domain = "d", Input = { "a" }, AttributeProto = { new AttributeProto { Name = "empty", I = 0, Type = AttributeProto.Types.AttributeType.Int } } });
        model.Configuration.Add(new DeviceConfigurationProto { Name = "two", NumDevices = 2 });
        OnnxFile.Write(folder.File("model.onnx"), model);
        ModelProto read = OnnxFile.Read(folder.File("model.onnx"));
        Assert.Equal(model, read);
        Assert.True(read.Functions[0].AttributeProto[0].HasI);
        Assert.Equal(["values", "", "deep"], OnnxGraphs.AllTensors(read).Select(t => t.Name));
        OnnxFile.Write(folder.File("again.onnx"), read);
        Assert.Equal(File.ReadAllBytes(folder.File("model.onnx")), File.ReadAllBytes(folder.File("again.onnx")));
    }

    private static TensorProto Typed(OnnxElementType type, byte[] bytes)
    {
        var tensor = new TensorProto { Name = "t", DataType = (int)type, Dims = { 3 } };
        int size = Math.Max(1, type.BitsPerElement() / 8);
        foreach (byte[] element in bytes.Chunk(size))
        {
            byte[] wide = [.. element, .. new byte[8 - size]];
            switch (type)
            {
                case OnnxElementType.Float32: tensor.FloatData.Add(BitConverter.ToSingle(element)); break;
                case OnnxElementType.Float64: tensor.DoubleData.Add(BitConverter.ToDouble(element)); break;
                case OnnxElementType.Int64: tensor.Int64Data.Add(BitConverter.ToInt64(element)); break;
                case OnnxElementType.UInt32 or OnnxElementType.UInt64: tensor.Uint64Data.Add(BitConverter.ToUInt64(wide)); break;
                case OnnxElementType.Int8: tensor.Int32Data.Add((sbyte)element[0]); break;
                case OnnxElementType.Int16: tensor.Int32Data.Add(BitConverter.ToInt16(element)); break;
                default: tensor.Int32Data.Add(BitConverter.ToInt32(wide)); break;
            }
        }

        return tensor;
    }
}
