namespace ModelPack.Runtime.Sessions;

/// <summary>The execution providers that this library uses, in order of preference. Thread-safe.</summary>
public static class ExecutionProviders
{
    internal const string Cuda = "CUDA";
    internal const string Cpu = "CPU";

    /// <summary>
    /// Tries each provider as opening a model would, without a model; a few milliseconds on a machine without a GPU. The
    /// answer is kept for the life of the process.
    /// </summary>
    /// <returns>CUDA first, CPU last.</returns>
    /// <exception cref="ModelPackException">MPK4007: ONNX Runtime's native library is missing.</exception>
    public static IReadOnlyList<ExecutionProviderStatus> Probe()
    {
        string version = OrtEnvironment.Instance().GetVersionString();
        return
        [
            CudaProvider.Status,
            new ExecutionProviderStatus(Cpu, true, $"ONNX Runtime {version}, {Environment.ProcessorCount} logical processors"),
        ];
    }
}
