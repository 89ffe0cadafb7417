using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using ModelPack.Formats.Onnx;

namespace ModelPack.Benchmarks.Kernels;

/// <summary>One MatMul [M, K] x [K, N] in ONNX Runtime with all three operands bound.</summary>
internal sealed class RuntimeProduct : IDisposable
{
    private readonly List<IDisposable> _owned = [];
    private readonly InferenceSession _session;
    private readonly OrtIoBinding _binding;
    private readonly RunOptions _options = new();

    public RuntimeProduct(float[] a, float[] b, float[] c, int rows, int inner, int columns, int threads)
    {
        var graph = new OnnxGraphBuilder("product");
        graph.Input("a", OnnxElementType.Float32, rows, inner);
        graph.Input("b", OnnxElementType.Float32, inner, columns);
        graph.Node("MatMul", ["a", "b"], "c");
        graph.Output("c", OnnxElementType.Float32, rows, columns);

        // Threads that spin between calls would be counted as work.
        var options = new SessionOptions { IntraOpNumThreads = threads, InterOpNumThreads = 1 };
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        _owned.Add(options);
        _session = new InferenceSession(graph.Build().ToByteArray(), options);
        _binding = _session.CreateIoBinding();
        _binding.BindInput("a", Value(a, rows, inner));
        _binding.BindInput("b", Value(b, inner, columns));
        _binding.BindOutput("c", Value(c, rows, columns));
    }

    public void Run() => _session.RunWithBinding(_options, _binding);

    public void Dispose()
    {
        _binding.Dispose();
        _session.Dispose();
        _options.Dispose();
        _owned.ForEach(value => value.Dispose());
    }

    private OrtValue Value(float[] values, int rows, int columns)
    {
        var value = OrtValue.CreateTensorValueFromMemory(values, [rows, columns]);
        _owned.Add(value);
        return value;
    }
}
