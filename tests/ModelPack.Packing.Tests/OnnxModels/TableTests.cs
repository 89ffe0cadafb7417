using ModelPack.Formats.Onnx;
using ModelPack.Formats.Onnx.Protobuf;
using ModelPack.Packing.OnnxModels.Samples;

namespace ModelPack.Packing.Tests.OnnxModels;

public sealed class TableTests
{
    private const int Rows = 50;
    private const int Width = 64;

    private static readonly (string, SampleTensor) Ids = ("ids", SampleTensor.Of<long>([2, 3], [0, 49, 7, 7, 13, 1]));

    [Fact]
    public async Task Rows_that_are_looked_up_are_those_of_the_table()
    {
        using var folder = OnnxFolder.With(Model(tied: false));

        var (operators, packed) = await folder.PackedAsync(("EmbeddingBits", "4"));

        Assert.Equal("GatherBlockQuantized", Assert.Single(operators).Became);
        Assert.Equal(OnnxFolder.Run(folder.File, Ids)["y"].ToFloats(), OnnxFolder.Run(packed, Ids)["y"].ToFloats());
    }

    [Fact]
    public async Task A_table_that_is_multiplied_with_as_well_is_stored_once()
    {
        using var folder = OnnxFolder.With(Model(tied: true));

        PackResult result = await folder.PackAsync(("HeadBits", "4"));
        string packed = Path.Combine(result.Folder, "model.onnx");

        Assert.Equal(["GatherBlockQuantized", "MatMulNBits"], result.Manifest.Operators!.Select(entry => entry.Became));
        Assert.InRange(Difference.Of(OnnxFolder.Run(folder.File, Ids)["y"], OnnxFolder.Run(packed, Ids)["y"]), 0, 0.02);
        ManifestBytes(result, Rows * ((Width / 2) + (2 * 2) + 1));
        TensorProto[] codes = [.. OnnxFile.Read(packed).Graph.Initializer.Where(tensor => tensor.Name.Contains("code", StringComparison.Ordinal))];
        Assert.Equal(2, codes.Length);
        Assert.Equal(codes[0].ExternalData, codes[1].ExternalData);
    }

    [Theory]
    [InlineData(40, "8", "no whole groups")]
    [InlineData(64, "16", "the settings leave it alone")]
    public async Task A_table_that_cannot_be_read_by_groups_or_is_not_to_be_changed_stays(int width, string bits, string reason)
    {
        using var folder = OnnxFolder.With(Model(tied: false, width));

        var (operators, packed) = await folder.PackedAsync(("EmbeddingBits", bits));

        Assert.Contains(reason, Assert.Single(operators).Reason, StringComparison.Ordinal);
        Assert.Equal(OnnxFolder.Run(folder.File, Ids)["y"].ToFloats(), OnnxFolder.Run(packed, Ids)["y"].ToFloats());
    }

    private static void ManifestBytes(PackResult result, long bytes) => Assert.Equal(bytes, Assert.Single(result.Manifest.Weights, weight => weight.GroupSize > 0 && weight.Method == "rtn").Bytes);

    private static ModelProto Model(bool tied, int width = Width)
    {
        var graph = new OnnxGraphBuilder("table");
        graph.Input("ids", OnnxElementType.Int64, "batch", "sequence");
        string table = graph.Initializer<float>("table", [Rows, width], ExactNumbers.Weights(Rows, width, 3));
        string rows = graph.Node("Gather", [table, "ids"], tied ? "rows" : "y");
        if (tied)
        {
            graph.Node("MatMul", [rows, graph.Node("Transpose", [table], "t")], "y");
        }

        graph.Output("y", OnnxElementType.Float32, "batch", "sequence", tied ? Rows : width);
        return graph.Build();
    }
}
