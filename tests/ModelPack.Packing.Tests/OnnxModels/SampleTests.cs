using System.Text;
using ModelPack.Formats.Onnx;
using ModelPack.Packing.OnnxModels;
using ModelPack.Packing.OnnxModels.Samples;

namespace ModelPack.Packing.Tests.OnnxModels;

public sealed class SampleTests
{
    // numpy.save of float32 and int64 arrays, version 1.0; written here byte by byte from numpy.lib.format's description.
    private static readonly byte[] TwoFloats = Npy("'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), ", [0, 0, 128, 63, 0, 0, 0, 192]);
    private static readonly byte[] OneLong = Npy("'descr': '<i8', 'fortran_order': False, 'shape': (1,), ", [5, 0, 0, 0, 0, 0, 0, 0]);

    [Fact]
    public void A_folder_a_sample_has_one_npy_file_for_each_input()
    {
        using var folder = Folder(("first/x.npy", TwoFloats), ("first/a_n.npy", OneLong), ("second/x.npy", TwoFloats), ("second/a_n.npy", OneLong));
        IReadOnlyList<SampleInput> samples = Read(folder);
        Assert.Equal(2, samples.Count);
        Assert.Equal([1f, -2f], samples[0].Tensors["x"].ToFloats());
        Assert.Equal([5f], samples[1].Tensors["a/n"].ToFloats());
    }

    [Fact]
    public void A_json_file_holds_a_sample_or_several()
    {
        using var folder = Folder(("one.json", Text("""{"x": [[1, -2]], "a/n": [5]}""")), ("two.json", Text("""[{"x": [[1, 2]], "a/n": [6]}, {"x": [[3, 4]], "a/n": [7]}]""")));
        IReadOnlyList<SampleInput> samples = Read(folder);
        Assert.Equal([5f, 6f, 7f], samples.Select(sample => sample.Tensors["a/n"].ToFloats()[0]));
        Assert.Equal(2, Read(folder, most: 2).Count);
    }

    [Theory]
    [InlineData("s.json", """{"x": [[1, 2]]}""", "MPK1622", "'a/n'")]
    [InlineData("s.json", """{"x": [[1, 2]], "a/n": [1], "z": 3}""", "MPK1622", "'z'")]
    [InlineData("s.json", """{"x": [[1, 2, 3]], "a/n": [1]}""", "MPK1622", "[batch, 2]")]
    [InlineData("s.json", """{"x": [[1, 2]], "a/n": [1.5]}""", "MPK1622", "Int64")]
    [InlineData("s.json", """{"x": [[1, 2], [3]], "a/n": [1]}""", "MPK1621", "'x'")]
    [InlineData("s.json", """[1, 2]""", "MPK1621", "no object")]
    [InlineData("s.json", """{"x": [[1, 2]""", "MPK1621", "no sample")]
    [InlineData("s.txt", "hello", "MPK1620", "no samples")]
    [InlineData("s.npy", "hello", "MPK1622", "one array")]
    public void A_file_that_does_not_fit_is_named(string file, string content, string code, string named)
    {
        using var folder = Folder((file, Text(content)));
        var error = Assert.Throws<ModelPackException>(() => Read(folder));
        Assert.Equal(code, error.Code);
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_sample_without_one_of_the_inputs_or_with_a_stray_one_is_refused()
    {
        using var missing = Folder(("s/x.npy", TwoFloats));
        Assert.Contains("a_n.npy", Assert.Throws<ModelPackException>(() => Read(missing)).Message, StringComparison.Ordinal);
        using var stray = Folder(("s/x.npy", TwoFloats), ("s/y.npy", TwoFloats));
        Assert.Contains("no such input", Assert.Throws<ModelPackException>(() => Read(stray)).Message, StringComparison.Ordinal);
        using var wrong = Folder(("s/x.npy", OneLong), ("s/a_n.npy", OneLong));
        Assert.Equal("MPK1622", Assert.Throws<ModelPackException>(() => Read(wrong)).Code);
    }

    [Theory]
    [InlineData("'descr': '>f4', 'fortran_order': False, 'shape': (1, 2), ", "MPK1172")]
    [InlineData("'descr': '|O', 'fortran_order': False, 'shape': (1, 2), ", "MPK1171")]
    [InlineData("'descr': '<f4', 'fortran_order': True, 'shape': (1, 2), ", "MPK1172")]
    [InlineData("'descr': '<f4', 'fortran_order': False, 'shape': (1, 3), ", "MPK1173")]
    [InlineData("'descr': '<f4', 'fortran_order': False, 'shape': (9223372036854775807, 9), ", "MPK1171")]
    [InlineData("'shape': (1, 2), ", "MPK1171")]
    public void A_malformed_npy_file_is_named(string header, string code)
    {
        using var folder = Folder(("s/x.npy", Npy(header, [0, 0, 128, 63, 0, 0, 0, 192])), ("s/a_n.npy", OneLong));
        var error = Assert.Throws<ModelPackException>(() => Read(folder));
        Assert.Equal(code, error.Code);
        Assert.Contains("x.npy", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Synthetic_inputs_have_the_declared_types_and_stay_inside_tables()
    {
        var graph = new OnnxGraphBuilder("synthetic");
        graph.Input("ids", OnnxElementType.Int32, "batch", 16);
        graph.Input("mask", OnnxElementType.Int64, "batch", "length");
        string ids = graph.Node("Cast", ["ids"], "wide", ("to", 7));
        graph.Node("Gather", [graph.Initializer<float>("table", [3, 4], new float[12]), ids], "y");
        graph.Output("y", OnnxElementType.Float32, "batch", 16, 4);
        using var folder = OnnxFolder.With(graph.Build());
        using OnnxModel model = OnnxModel.Open(folder.File);

        IReadOnlyList<SampleInput> samples = SyntheticInputs.Make(model, 2, 9);

        Assert.Equal([1L, 16L], samples[0].Tensors["ids"].Shape);
        Assert.Equal([1L, 9L], samples[0].Tensors["mask"].Shape);
        Assert.All(samples.SelectMany(sample => sample.Tensors["ids"].ToFloats()), id => Assert.InRange(id, 0, 2));
        Assert.Equal(3, samples.SelectMany(sample => sample.Tensors["ids"].ToFloats()).Distinct().Count());
        Assert.All(samples[0].Tensors["mask"].ToFloats(), value => Assert.Equal(1, value));
        Assert.Equal(samples[1].Tensors["ids"].ToFloats(), SyntheticInputs.Make(model, 2, 9)[1].Tensors["ids"].ToFloats());
    }

    private static IReadOnlyList<SampleInput> Read(OnnxFolder folder, int most = 100)
    {
        using OnnxModel model = OnnxModel.Open(folder.File);
        return SampleFolder.Read(model, Path.Combine(folder.Root, "samples"), most);
    }

    private static OnnxFolder Folder(params (string Name, byte[] Content)[] files)
    {
        var graph = new OnnxGraphBuilder("samples");
        graph.Input("x", OnnxElementType.Float32, "batch", 2);
        graph.Input("a/n", OnnxElementType.Int64, "batch");
        graph.Node("Identity", ["x"], "y");
        graph.Output("y", OnnxElementType.Float32, "batch", 2);
        OnnxFolder folder = OnnxFolder.With(graph.Build());
        foreach ((string name, byte[] content) in files)
        {
            string path = Path.Combine(folder.Root, "samples", name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, content);
        }

        return folder;
    }

    private static byte[] Npy(string header, byte[] values)
    {
        string text = ("{" + header + "}").PadRight(117) + "\n";
        return [0x93, .. "NUMPY"u8, 1, 0, (byte)text.Length, 0, .. Text(text), .. values];
    }

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);
}
