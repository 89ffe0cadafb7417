using Microsoft.ML.OnnxRuntime;
using ModelPack.Runtime.Sessions;

namespace ModelPack.Packing.Calibration;

/// <summary>Where ONNX Runtime computes products.</summary>
/// <param name="Name">Part of the key of everything computed there: another device rounds differently.</param>
/// <param name="Threads">Cores of a session; 0 means all.</param>
/// <param name="Append">Adds the provider to a session's options; NotSupportedException when it cannot be used.</param>
internal sealed record ProductProvider(string Name, int Threads, Action<SessionOptions> Append)
{
    // Without this a product keeps 10 bits of its factors on cards since Ampere, and small eigenvalues of a hessian are lost.
    private static readonly Dictionary<string, string> FullPrecision = new() { ["use_tf32"] = "0" };

    /// <summary>The runtime's kernels for the processor: the same way of a product without a card.</summary>
    public static ProductProvider Processor(int threads) => new("ONNX Runtime", threads, static _ => { });

    /// <summary>The first CUDA device.</summary>
    public static ProductProvider Cuda() => new(
        "CUDA of " + ExecutionProviders.Version,
        1,
        static options =>
        {
            if (!ExecutionProviders.TryAppendCuda(options, FullPrecision, out string reason))
            {
                throw new NotSupportedException(reason);
            }
        });
}
