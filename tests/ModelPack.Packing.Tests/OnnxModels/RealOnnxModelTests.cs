using System.IO.Compression;
using System.Text.Json;
using ModelPack.Formats.Onnx;
using ModelPack.Packing.OnnxModels.Running;
using ModelPack.Packing.OnnxModels.Samples;
using ModelPack.Packing.Recipes;
using ModelPack.Packing.Tests.Road;
using ModelPack.Tests;

namespace ModelPack.Packing.Tests.OnnxModels;

/// <summary>Published models on their reference inputs: with 8-bit weights they decide as they did.</summary>
public sealed class RealOnnxModelTests
{
    [SkippableFact]
    public async Task The_digit_classifier_says_the_same_digits()
    {
        string folder = SharedFolder.Require("models/lenet-mnist-onnx");
        SampleInput[] images = [.. File.ReadLines(Path.Combine(folder, "mnist-tiny-train.txt")).Select(Image)];

        (int[] before, int[] after, PackResult result) = await TopAsync(Path.Combine(folder, "model.onnx"), images, "output");

        Assert.Equal(before, after);
        Assert.Equal(3, result.Manifest.Operators!.Count(entry => entry.Type == "Gemm" && entry.Became is not null));
        Assert.Equal(2, result.Manifest.Operators!.Count(entry => entry.Type == "Conv" && entry.Reason is not null));
        Assert.True(result.Manifest.Size.OutputBytes < result.Manifest.Size.SourceBytes / 2.5);
    }

    [SkippableFact]
    public async Task The_file_type_detector_names_the_same_types()
    {
        string folder = SharedFolder.Require("models/magika-v3_3-onnx");
        using FileStream packed = File.OpenRead(Path.Combine(folder, "reference_by_content.json.gz"));
        using JsonDocument reference = JsonDocument.Parse(new GZipStream(packed, CompressionMode.Decompress));
        using JsonDocument config = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "config.min.json")));
        string[] labels = [.. config.RootElement.GetProperty("target_labels_space").EnumerateArray().Select(label => label.GetString()!)];
        (SampleInput Input, string Label)[] examples =
        [
            .. from example in reference.RootElement.EnumerateArray()
               let label = example.GetProperty("prediction").GetProperty("dl").GetString()!
               where label != "undefined"
               select (Features(example.GetProperty("content_base64").GetBytesFromBase64()), label),
        ];

        (int[] before, int[] after, _) = await TopAsync(Path.Combine(folder, "model.onnx"), [.. examples.Select(example => example.Input)], "target_label");

        Assert.Equal(129, examples.Length);
        Assert.Equal(examples.Select(example => example.Label), before.Select(index => labels[index]));
        Assert.Equal(before, after);
    }

    [SkippableTheory]
    [InlineData("models/ultraface-slim-320-onnx/model.onnx")]
    [InlineData("models/silero-vad-v6/silero_vad.onnx")]
    [InlineData("models/silero-vad-v6/silero_vad_16k_op15.onnx")]
    public async Task A_model_without_products_stays_what_it_is_and_the_report_says_why(string path)
    {
        string file = SharedFolder.Require(path);
        using var store = new TemporaryStore();
        var warnings = new List<string>();

        PackResult result = await Packer.PackAsync(new PackRequest(file, Recipe.Parse([KeyValuePair.Create("Bits", "8")]), store.Store, 1) { Warning = (code, _) => warnings.Add(code) });

        Assert.Contains("MPK1462", warnings);
        Assert.Contains(result.Manifest.Operators!, entry => entry.Type == "Conv");
        Assert.All(result.Manifest.Operators!, entry => Assert.NotNull(entry.Reason));
        Assert.Equal(OnnxFile.Read(file).Graph.Output.Select(output => output.Name), OnnxFile.Read(Path.Combine(result.Folder, "model.onnx")).Graph.Output.Select(output => output.Name));
        Assert.All(result.Manifest.Agreement?.Outputs ?? [], output => Assert.True(output.RelativeError is null or < 1e-4, $"{output}"));
    }

    private static async Task<(int[] Before, int[] After, PackResult Result)> TopAsync(string file, SampleInput[] samples, string output)
    {
        using var store = new TemporaryStore();
        PackResult result = await Packer.PackAsync(new PackRequest(file, Recipe.Parse([KeyValuePair.Create("Bits", "8")]), store.Store, 2));
        return (Top(file), Top(Path.Combine(result.Folder, "model.onnx")), result);

        int[] Top(string model)
        {
            using ModelSession session = ModelSession.Open(model, 2, asDeployed: true);
            return [.. samples.Select(sample => session.Run(sample)[output].ToFloats()).Select(row => Array.IndexOf(row, row.Max()))];
        }
    }

    // Label, then 784 values, some lines sparse as index:value (SOURCE.md beside the file).
    private static SampleInput Image(string line)
    {
        string[] fields = line.Split('\t', StringSplitOptions.RemoveEmptyEntries);
        var pixels = new float[28 * 28];
        for (int i = 1; i < fields.Length; i++)
        {
            string[] parts = fields[i].Split(':');
            if (parts.Length == 2)
            {
                pixels[int.Parse(parts[0])] = float.Parse(parts[1]) / 255;
            }
            else if (fields.Length > pixels.Length)
            {
                pixels[i - 1] = float.Parse(parts[0]) / 255;
            }
        }

        return new SampleInput(fields[0], new Dictionary<string, SampleTensor> { ["input"] = SampleTensor.Of<float>([1, 1, 28, 28], pixels) });
    }

    // The first and last kilobyte of the content without white space around it, as SOURCE.md says.
    private static SampleInput Features(byte[] content)
    {
        var features = new int[2048];
        Array.Fill(features, 256);
        ReadOnlySpan<byte> start = content.AsSpan(0, Math.Min(4096, content.Length)).TrimStart(" \t\n\r\v\f"u8);
        ReadOnlySpan<byte> end = content.AsSpan(Math.Max(0, content.Length - 4096)).TrimEnd(" \t\n\r\v\f"u8);
        start = start[..Math.Min(1024, start.Length)];
        end = end[^Math.Min(1024, end.Length)..];
        for (int i = 0; i < start.Length; i++)
        {
            features[i] = start[i];
        }

        for (int i = 0; i < end.Length; i++)
        {
            features[2048 - end.Length + i] = end[i];
        }

        return new SampleInput("file", new Dictionary<string, SampleTensor> { ["bytes"] = SampleTensor.Of<int>([1, 2048], features) });
    }
}
