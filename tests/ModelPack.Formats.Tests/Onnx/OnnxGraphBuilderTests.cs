using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using ModelPack.Formats.Onnx;
using ModelPack.Formats.Onnx.Protobuf;

namespace ModelPack.Tests.Onnx;

public class OnnxGraphBuilderTests
{
    [Fact]
    public void Built_graph_with_external_and_inline_weights_runs_in_ONNX_Runtime()
    {
        using var folder = new TemporaryFolder();
        var graph = new OnnxGraphBuilder("product");
        graph.Input("x", OnnxElementType.Float32, "rows", 2);
        graph.Initializer(new ExternalTensor("pad", OnnxElementType.UInt8, [3]));
        graph.Initializer(new ExternalTensor("w", OnnxElementType.Float32, [2, 2]));
        graph.Initializer("b", [2], [100f, 200f]);
        graph.Node("MatMul", ["x", "w"], "xw");
        graph.Node("Add", ["xw", "b"], "sum");
        graph.Node("com.microsoft.QuickGelu", ["sum"], "y", ("alpha", 1000f));
        graph.Output("y", OnnxElementType.Float32, "rows", 2);
        ModelProto model = graph.Build();
        ExternalLayout layout = ExternalLayout.Assign(model, "product.onnx.data");
        byte[] data = new byte[layout.Length];
        Buffer.BlockCopy(new float[] { 1, 2, 3, 4 }, 0, data, (int)layout.Placements[1].Offset, 16);
        File.WriteAllBytes(folder.File("product.onnx.data"), data);
        OnnxFile.Write(folder.File("product.onnx"), model);

        using var session = new InferenceSession(folder.File("product.onnx"));
        using IDisposableReadOnlyCollection<DisposableNamedOnnxValue> result =
            session.Run([NamedOnnxValue.CreateFromTensor("x", new DenseTensor<float>(new float[] { 1, 1, 10, 0 }, [2, 2]))]);

        Assert.Equal([104f, 206f, 110f, 220f], result[0].AsEnumerable<float>());
        Assert.Equal(64, layout.Placements[1].Offset);
    }

    [Fact]
    public void Two_producers_of_one_value_are_refused()
    {
        var graph = new OnnxGraphBuilder("twice");
        graph.Input("x", OnnxElementType.Float32, 1);
        Assert.Throws<ArgumentException>(() => graph.Node("Relu", ["x"], "x"));
    }

    [Fact]
    public void Inline_initializer_with_the_wrong_number_of_values_is_refused() =>
        Assert.Throws<ArgumentException>(() => new OnnxGraphBuilder("short").Initializer("b", [3], [1f, 2f]));

    [Theory]
    [InlineData(OnnxElementType.Int4, 3, 2)]
    [InlineData(OnnxElementType.UInt2, 5, 2)]
    [InlineData(OnnxElementType.Float32, 3, 12)]
    [InlineData(OnnxElementType.Complex128, 2, 32)]
    [InlineData(OnnxElementType.UInt4, 8L << 40, 4L << 40)]
    public void Elements_below_a_byte_are_packed(OnnxElementType type, long count, long bytes) => Assert.Equal(bytes, type.ByteLength(count));
}
