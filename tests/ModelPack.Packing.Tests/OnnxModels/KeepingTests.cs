using ModelPack.Formats.Onnx;
using ModelPack.Formats.Onnx.Protobuf;
using ModelPack.Packing.Manifests;
using ModelPack.Packing.OnnxModels.Samples;

namespace ModelPack.Packing.Tests.OnnxModels;

public sealed class KeepingTests
{
    [Fact]
    public async Task Names_order_and_metadata_of_the_file_stay()
    {
        ModelProto model = Model();
        using var folder = OnnxFolder.With(model);

        var (_, packed) = await folder.PackedAsync(("Bits", "8"));

        ModelProto written = OnnxFile.Read(packed);
        Assert.Equal(["b", "a"], written.Graph.Input.Select(input => input.Name));
        Assert.Equal(["sum", "product"], written.Graph.Output.Select(output => output.Name));
        Assert.Equal(model.Graph.Input, written.Graph.Input);
        Assert.Equal(model.Graph.Output, written.Graph.Output);
        Assert.Equal(model.MetadataProps, written.MetadataProps);
        Assert.Equal("a maker", written.ProducerName);
        Assert.Equal("what it does", written.DocString);
        Assert.Equal("the product", written.Graph.Node.Single(node => node.OpType == "MatMulNBits").Name);
    }

    [Fact]
    public async Task The_same_file_gives_the_same_bytes_and_is_found_in_the_store()
    {
        using var first = OnnxFolder.With(Model());
        using var second = OnnxFolder.With(Model());

        PackResult one = await first.PackAsync(("Bits", "4"));
        PackResult other = await second.PackAsync(("Bits", "4"));
        PackResult again = await first.PackAsync(("Bits", "4"));

        Assert.Equal(one.ManifestJson, other.ManifestJson);
        Assert.Equal((false, true), (one.FromStore, again.FromStore));
        Assert.Equal(["model.onnx", "model.onnx.data", "modelpack.json", "report.html", "report.json"], Directory.EnumerateFileSystemEntries(one.Folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_plan_says_what_is_then_written()
    {
        using var folder = OnnxFolder.With(Model());

        PackPlan plan = Packer.Plan(folder.Request(null, ("Bits", "4")));
        PackResult result = await folder.PackAsync(("Bits", "4"));

        Assert.Equal(plan.Key, result.Key);
        Assert.Equal(plan.Weights.Select(weight => (weight.Name, weight.Bits, weight.GroupSize, weight.Bytes)), result.Manifest.Weights.Select(weight => (weight.Name, weight.Bits, weight.GroupSize, weight.Bytes)));
        Assert.Equal(plan.BitsPerWeight, result.Manifest.Size.BitsPerWeight, 3);
        Assert.InRange(plan.OutputBytes, result.Manifest.Size.OutputBytes, result.Manifest.Size.OutputBytes + (1 << 17));
        Assert.True(Packer.Plan(folder.Request(null, ("Bits", "4"))).Cached);
    }

    [Fact]
    public async Task Values_in_data_files_are_read_from_there_and_the_result_has_one_data_file()
    {
        ModelProto model = Model();
        using var folder = OnnxFolder.With(model);
        (string, SampleTensor)[] inputs = [("a", SampleTensor.Of<float>([2, 64], new SampleNumbers(1).Normals(128))), ("b", SampleTensor.Of<float>([2, 96], new SampleNumbers(2).Normals(192)))];
        SampleTensor expected = OnnxFolder.Run(folder.File, inputs)["product"];
        MoveOutside(model, folder.Root);
        OnnxFile.Write(folder.File, model);
        Assert.Equal(expected.ToFloats(), OnnxFolder.Run(folder.File, inputs)["product"].ToFloats());

        PackPlan plan = Packer.Plan(folder.Request());
        PackResult result = await folder.PackAsync(("Bits", "8"));

        Assert.Equal([folder.File, Path.Combine(folder.Root, "bias.bin"), Path.Combine(folder.Root, "weights.bin")], plan.Inputs);
        Assert.InRange(Difference.Of(expected, OnnxFolder.Run(Path.Combine(result.Folder, "model.onnx"), inputs)["product"]), 1e-5, 0.02);
        Assert.All(OnnxFile.Read(Path.Combine(result.Folder, "model.onnx")).Graph.Initializer.SelectMany(tensor => tensor.ExternalData.Where(entry => entry.Key == "location")), entry => Assert.Equal("model.onnx.data", entry.Value));
    }

    [Fact]
    public async Task Initializers_that_old_files_list_as_inputs_too_become_constant()
    {
        ModelProto model = Model();
        foreach (TensorProto tensor in model.Graph.Initializer)
        {
            var shape = new TensorShapeProto();
            shape.Dim.Add(tensor.Dims.Select(dim => new TensorShapeProto.Types.Dimension { DimValue = dim }));
            model.Graph.Input.Add(new ValueInfoProto { Name = tensor.Name, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = tensor.DataType, Shape = shape } } });
        }

        using var folder = OnnxFolder.With(model);

        PackResult result = await folder.PackAsync(("Bits", "8"));

        Assert.Equal(["b", "a"], OnnxFile.Read(Path.Combine(result.Folder, "model.onnx")).Graph.Input.Select(input => input.Name));
        Assert.Contains("2 constants", Assert.Single(result.Manifest.Changes!), StringComparison.Ordinal);
        Assert.Contains(result.Manifest.Operators!, entry => entry.Became is not null);
    }

    [Fact]
    public async Task The_manifest_says_how_near_the_outputs_are_and_on_what()
    {
        using var folder = OnnxFolder.With(Model());

        PackResult result = await folder.PackAsync(("Bits", "8"));

        ManifestAgreement agreement = Assert.IsType<ManifestAgreement>(result.Manifest.Agreement);
        Assert.Equal(("synthetic", 4), (agreement.Samples, agreement.Count));
        Assert.Equal(["sum", "product"], agreement.Outputs.Select(output => output.Name));
        Assert.Equal(1, agreement.Outputs[0].Cosine);
        Assert.InRange(agreement.Outputs[1].Cosine!.Value, 0.999, 0.9999999);
        string report = File.ReadAllText(Path.Combine(result.Folder, "report.html"));
        Assert.Contains("the product", report, StringComparison.Ordinal);
        Assert.Contains("inputs from a fixed seed", report, StringComparison.Ordinal);
        Assert.DoesNotContain("Perplexity", report, StringComparison.Ordinal);
    }

    private static ModelProto Model()
    {
        var graph = new OnnxGraphBuilder("keeping");
        graph.Input("b", OnnxElementType.Float32, "rows", 96);
        graph.Input("a", OnnxElementType.Float32, "rows", 64);
        graph.Node("Add", ["b", graph.Initializer<float>("bias", [96], new SampleNumbers(3).Normals(96))], "sum");
        graph.Node("MatMul", ["a", graph.Initializer<float>("w", [64, 96], new SampleNumbers(4).Normals(64 * 96))], ["product"]).Name = "the product";
        graph.Output("sum", OnnxElementType.Float32, "rows", 96);
        graph.Output("product", OnnxElementType.Float32, "rows", 96);
        ModelProto model = graph.Build();
        model.ProducerName = "a maker";
        model.DocString = "what it does";
        model.MetadataProps.Add(new StringStringEntryProto { Key = "labels", Value = "cat,dog" });
        return model;
    }

    private static void MoveOutside(ModelProto model, string folder)
    {
        foreach ((TensorProto tensor, string file, int offset) in model.Graph.Initializer.Zip(["bias.bin", "weights.bin"], [0, 192]))
        {
            byte[] values = tensor.RawData.ToByteArray();
            File.WriteAllBytes(Path.Combine(folder, file), [.. new byte[offset], .. values]);
            tensor.ClearRawData();
            tensor.DataLocation = TensorProto.Types.DataLocation.External;
            tensor.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = file });
            tensor.ExternalData.Add(new StringStringEntryProto { Key = "offset", Value = $"{offset}" });
            tensor.ExternalData.Add(new StringStringEntryProto { Key = "length", Value = $"{values.Length}" });
        }
    }
}
