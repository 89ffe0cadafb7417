using System.Text.Json;
using ModelPack.Formats.Onnx;
using ModelPack.Packing.OnnxModels.Samples;

namespace ModelPack.Packing.Tests.OnnxModels;

public sealed class CalibratedOnnxTests
{
    private const int Width = 64;

    [Fact]
    public async Task Gptq_on_samples_keeps_the_outputs_better_than_rounding()
    {
        using OnnxFolder folder = WithSamples(400, rank: 8);
        string samples = Path.Combine(folder.Root, "samples");

        PackResult nearest = await folder.PackAsync(("Bits", "2"), ("Calibration", samples), ("CalibrationSamples", "64"));
        PackResult gptq = await folder.PackAsync(("Bits", "2"), ("Method", "gptq"), ("Calibration", samples), ("CalibrationSamples", "64"));

        Assert.True(Error(gptq) < 0.7 * Error(nearest), $"{Error(gptq)} against {Error(nearest)}");
        Assert.All(gptq.Manifest.Weights.Where(weight => weight.GroupSize > 0), weight => Assert.Equal(("gptq", true), (weight.Method, weight.OutputError < weight.RoundToNearestOutputError)));
        Assert.Equal(("samples", 50), (gptq.Manifest.Calibration!.Source, gptq.Manifest.Calibration.Rows));
        Assert.Equal("samples", gptq.Manifest.Agreement!.Samples);
        Assert.Contains("50 samples of samples", File.ReadAllText(Path.Combine(gptq.Folder, "report.html")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Few_samples_get_a_warning_and_inputs_that_they_never_reach_keep_their_weights()
    {
        using OnnxFolder folder = WithSamples(3, rank: Width, silent: 5);

        PackResult result = await folder.PackAsync(("Bits", "8"), ("Method", "gptq"), ("Calibration", Path.Combine(folder.Root, "samples")));

        Assert.Contains(folder.Warnings, warning => warning.Code == "MPK1650");
        float[] alone = new float[Width];
        alone[5] = 1;
        var x = ("x", SampleTensor.Of<float>([1, Width], alone));
        Assert.InRange(Difference.Of(OnnxFolder.Run(folder.File, x)["y"], OnnxFolder.Run(Path.Combine(result.Folder, "model.onnx"), x)["y"]), 0, 0.05);
    }

    [Fact]
    public async Task Another_sample_is_another_model_and_the_same_samples_are_found_in_the_store()
    {
        using OnnxFolder folder = WithSamples(4, rank: Width);
        (string, string)[] settings = [("Bits", "4"), ("Method", "gptq"), ("Calibration", Path.Combine(folder.Root, "samples"))];

        PackResult first = await folder.PackAsync(settings);
        Assert.True((await folder.PackAsync(settings)).FromStore);
        File.Copy(Path.Combine(folder.Root, "samples", "0.json"), Path.Combine(folder.Root, "samples", "z.json"));
        PackResult second = await folder.PackAsync(settings);

        Assert.False(second.FromStore);
        Assert.NotEqual(first.Key, second.Key);
    }

    private static double Error(PackResult result) => result.Manifest.Agreement!.Outputs[0].RelativeError!.Value;

    private static OnnxFolder WithSamples(int rows, int rank, int silent = -1)
    {
        var graph = new OnnxGraphBuilder("calibrated");
        graph.Input("x", OnnxElementType.Float32, "rows", Width);
        string hidden = graph.Node("Relu", [graph.Node("Gemm", ["x", graph.Initializer<float>("w1", [Width, Width], new SampleNumbers(1).Normals(Width * Width)), graph.Initializer<float>("b1", [Width], new SampleNumbers(2).Normals(Width))], "g")], "r");
        graph.Node("MatMul", [hidden, graph.Initializer<float>("w2", [Width, Width], new SampleNumbers(3).Normals(Width * Width))], "y");
        graph.Output("y", OnnxElementType.Float32, "rows", Width);
        OnnxFolder folder = OnnxFolder.With(graph.Build());
        Directory.CreateDirectory(Path.Combine(folder.Root, "samples"));

        // Inputs in a space of a few dimensions, as those of trained models are.
        float[] basis = new SampleNumbers(4).Normals(rank * Width);
        for (int start = 0; start < rows; start += 8)
        {
            int count = Math.Min(8, rows - start);
            float[] weights = new SampleNumbers((uint)(100 + start)).Normals(count * rank);
            float[][] values = [.. Enumerable.Range(0, count).Select(row => Enumerable.Range(0, Width).Select(column => column == silent ? 0 : Enumerable.Range(0, rank).Sum(k => weights[(row * rank) + k] * basis[(k * Width) + column])).ToArray())];
            File.WriteAllText(Path.Combine(folder.Root, "samples", $"{start}.json"), JsonSerializer.Serialize(new Dictionary<string, float[][]> { ["x"] = values }));
        }

        return folder;
    }
}
