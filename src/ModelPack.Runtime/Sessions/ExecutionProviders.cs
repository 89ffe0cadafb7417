using Microsoft.ML.OnnxRuntime;

namespace ModelPack.Runtime.Sessions;

/// <summary>The execution providers that this library uses, in order of preference. Thread-safe.</summary>
public static class ExecutionProviders
{
    internal const string Cuda = "CUDA";
    internal const string Cpu = "CPU";

    /// <summary>Name and version of the native library.</summary>
    /// <exception cref="ModelPackException">MPK4007: ONNX Runtime's native library is missing.</exception>
    public static string Version => $"ONNX Runtime {OrtEnvironment.Instance().GetVersionString()}";

    /// <summary>Adds CUDA to the options of a session of the caller's, where a device and the provider's library are there.</summary>
    /// <param name="options">The options; as they were when false is returned.</param>
    /// <param name="settings">Settings of the provider by the names that ONNX Runtime documents.</param>
    /// <param name="reason">How it was added, or why it was not.</param>
    /// <exception cref="ModelPackException">MPK4007: ONNX Runtime's native library is missing.</exception>
    public static bool TryAppendCuda(SessionOptions options, IReadOnlyDictionary<string, string> settings, out string reason)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(settings);
        _ = OrtEnvironment.Instance();
        reason = CudaProvider.Status.Reason;
        return CudaProvider.Status.Available && CudaProvider.TryAppend(options, settings, out reason);
    }

    /// <summary>
    /// Tries each provider as opening a model would, without a model; a few milliseconds on a machine without a GPU. The
    /// answer is kept for the life of the process.
    /// </summary>
    /// <returns>CUDA first, CPU last.</returns>
    /// <exception cref="ModelPackException">MPK4007: ONNX Runtime's native library is missing.</exception>
    public static IReadOnlyList<ExecutionProviderStatus> Probe()
    {
        return
        [
            CudaProvider.Status,
            new ExecutionProviderStatus(Cpu, true, $"{Version}, {Environment.ProcessorCount} logical processors"),
        ];
    }
}
