using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using ModelPack.Formats.Onnx;
using ModelPack.Formats.Onnx.Protobuf;
using ModelPack.Packing.OnnxModels;
using ModelPack.Packing.OnnxModels.Activations;
using ModelPack.Packing.OnnxModels.Samples;
using ModelPack.Tests;

namespace ModelPack.Packing.Tests.OnnxModels.Activations;

/// <summary>A model in memory with 8-bit activations, and what ONNX Runtime makes of it.</summary>
internal static class Quantized
{
    public static ActivationOutcome Of(ModelProto model, IReadOnlyList<SampleInput> samples, ActivationSettings? settings = null)
    {
        string folder = Directory.CreateTempSubdirectory("modelpack-w8a8-").FullName;
        try
        {
            string file = Path.Combine(folder, "model.onnx");
            OnnxFile.Write(file, model);
            using OnnxModel opened = OnnxModel.Open(file);
            return ActivationQuantizer.Quantize(opened, (settings ?? new ActivationSettings()) with { Threads = 1 }, samples, CancellationToken.None);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Operators of the graph that ONNX Runtime runs, in order.</summary>
    public static string[] Running(ModelProto model)
    {
        string file = Path.GetTempFileName();
        try
        {
            using (var options = new SessionOptions { OptimizedModelFilePath = file, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL })
            {
                new InferenceSession(model.ToByteArray(), options).Dispose();
            }

            return [.. OnnxFile.Read(file).Graph.Node.Select(node => node.OpType)];
        }
        finally
        {
            File.Delete(file);
        }
    }

    public static SampleTensor[] Run(ModelProto model, SampleInput sample)
    {
        using var session = new ValueSession(model, Path.GetTempPath(), 1);
        return [.. session.Run(sample.Tensors).OfType<SampleTensor>()];
    }

    public static IReadOnlyList<SampleInput> Samples(string input, long[] shape, int count = 3, Func<float, float>? map = null)
    {
        int length = (int)shape.Aggregate(1L, (product, dim) => product * dim);
        return
        [
            .. Enumerable.Range(0, count).Select(i => new SampleInput(
                $"{i}", new Dictionary<string, SampleTensor> { [input] = SampleTensor.Of<float>(shape, [.. Gaussian.Values(length, 100 + i).Select(map ?? (value => value))]) })),
        ];
    }
}
