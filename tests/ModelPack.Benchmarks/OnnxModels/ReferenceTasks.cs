using System.IO.Compression;
using System.Text.Json;
using ModelPack.Packing.OnnxModels.Running;
using ModelPack.Packing.OnnxModels.Samples;

namespace ModelPack.Benchmarks.OnnxModels;

/// <summary>The published models under shared/models, with the inputs that their SOURCE.md describes.</summary>
internal static class ReferenceTasks
{
    public static IReadOnlyList<ReferenceTask> All(string shared) =>
    [
        Digits(Path.Combine(shared, "models", "lenet-mnist-onnx")),
        FileTypes(Path.Combine(shared, "models", "magika-v3_3-onnx")),
        Faces(Path.Combine(shared, "models", "ultraface-slim-320-onnx")),
        SpeechTask.Of(Path.Combine(shared, "models", "silero-vad-v6"), "silero_vad_16k_op15.onnx"),
        SpeechTask.Of(Path.Combine(shared, "models", "silero-vad-v6"), "silero_vad.onnx"),
    ];

    private static ReferenceTask Digits(string folder)
    {
        SampleInput[] test = [.. System.IO.File.ReadLines(Path.Combine(folder, "mnist-tiny-train.txt")).Select(Digit)];
        SampleInput[] calibration = [.. System.IO.File.ReadLines(Path.Combine(folder, "mnist-tiny.txt")).Take(32).Select(Digit)];
        return new ReferenceTask("digit classifier (lenet-mnist)", Path.Combine(folder, "model.onnx"), $"{test.Length} images", calibration, session => Each(session, test, "output"), Top);
    }

    private static ReferenceTask FileTypes(string folder)
    {
        using FileStream packed = System.IO.File.OpenRead(Path.Combine(folder, "reference_by_content.json.gz"));
        using JsonDocument reference = JsonDocument.Parse(new GZipStream(packed, CompressionMode.Decompress));
        SampleInput[] test =
        [
            .. from example in reference.RootElement.EnumerateArray()
               where example.GetProperty("prediction").GetProperty("dl").GetString() != "undefined"
               select Content(example.GetProperty("content_base64").GetBytesFromBase64()),
        ];
        return new ReferenceTask("file type detector (magika 3.3)", Path.Combine(folder, "model.onnx"), $"{test.Length} files", [.. test.Where((_, i) => i % 4 == 0)], session => Each(session, test, "target_label"), Top);
    }

    private static ReferenceTask Faces(string folder)
    {
        SampleInput[] test = [.. Enumerable.Range(0, 12).Select(FacePictures.Draw)];
        SampleInput[] calibration = [.. Enumerable.Range(100, 12).Select(FacePictures.Draw)];
        return new ReferenceTask(
            "face detector (UltraFace slim 320)", Path.Combine(folder, "model.onnx"), $"{test.Length} drawn pictures", calibration, session => [.. test.SelectMany(sample => Outputs(session.Run(sample), "scores", "boxes"))], FacePictures.Compare);
    }

    private static IEnumerable<float[]> Outputs(IReadOnlyDictionary<string, SampleTensor> outputs, params string[] names) => names.Select(name => outputs[name].ToFloats());

    private static IReadOnlyList<float[]> Each(ModelSession session, SampleInput[] samples, string output) => [.. samples.Select(sample => session.Run(sample)[output].ToFloats())];

    private static (string Text, bool Equal) Top(IReadOnlyList<float[]> expected, IReadOnlyList<float[]> actual)
    {
        int same = expected.Zip(actual).Count(pair => Array.IndexOf(pair.First, pair.First.Max()) == Array.IndexOf(pair.Second, pair.Second.Max()));
        return ($"{same} of {expected.Count} top-1", same == expected.Count);
    }

    // Label, then 784 values from 0 to 255, some lines sparse as index:value.
    private static SampleInput Digit(string line)
    {
        string[] fields = line.Split('\t', StringSplitOptions.RemoveEmptyEntries);
        var pixels = new float[28 * 28];
        for (int i = 1; i < fields.Length; i++)
        {
            string[] parts = fields[i].Split(':');
            int at = parts.Length == 2 ? int.Parse(parts[0]) : fields.Length > pixels.Length ? i - 1 : -1;
            if (at >= 0)
            {
                pixels[at] = float.Parse(parts[^1]) / 255;
            }
        }

        return new SampleInput(fields[0], new Dictionary<string, SampleTensor> { ["input"] = SampleTensor.Of<float>([1, 1, 28, 28], pixels) });
    }

    // The first and the last kilobyte without white space around the content.
    private static SampleInput Content(byte[] content)
    {
        const int Half = 1024;
        var features = new int[2 * Half];
        Array.Fill(features, 256);
        ReadOnlySpan<byte> start = content.AsSpan(0, Math.Min(4096, content.Length)).TrimStart(" \t\n\r\v\f"u8);
        ReadOnlySpan<byte> end = content.AsSpan(Math.Max(0, content.Length - 4096)).TrimEnd(" \t\n\r\v\f"u8);
        start = start[..Math.Min(Half, start.Length)];
        end = end[^Math.Min(Half, end.Length)..];
        for (int i = 0; i < start.Length; i++)
        {
            features[i] = start[i];
        }

        for (int i = 0; i < end.Length; i++)
        {
            features[(2 * Half) - end.Length + i] = end[i];
        }

        return new SampleInput("file", new Dictionary<string, SampleTensor> { ["bytes"] = SampleTensor.Of<int>([1, 2 * Half], features) });
    }
}
