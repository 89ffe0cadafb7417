using Microsoft.ML.OnnxRuntime;

namespace ModelPack.Runtime.Sessions;

/// <summary>
/// Adds ONNX Runtime's CUDA provider to a session: built into the library as in Microsoft.ML.OnnxRuntime.Gpu, or as a plug-in
/// library beside it.
/// </summary>
internal static class CudaProvider
{
    private const string ProviderName = "CUDAExecutionProvider";
    public static readonly IReadOnlyDictionary<string, string> NoSettings = new Dictionary<string, string>();
    private static readonly Lazy<ExecutionProviderStatus> Probed = new(Probe);
    private static readonly Lazy<string?> PluginFailure = new(RegisterPlugin);

    /// <summary>Whether the provider can be used in this process.</summary>
    public static ExecutionProviderStatus Status => Probed.Value;

    /// <summary>Adds the provider.</summary>
    /// <param name="options">The session's options.</param>
    /// <param name="settings">Settings of the provider.</param>
    /// <param name="reason">How it was added, or why each way failed.</param>
    /// <returns>False: the options are as they were.</returns>
    public static bool TryAppend(SessionOptions options, IReadOnlyDictionary<string, string> settings, out string reason)
    {
        if (Try(() => AppendBuiltIn(options, settings), out string builtIn))
        {
            reason = "built into ONNX Runtime";
            return true;
        }

        string plugin = PluginFailure.Value ?? "";
        if (plugin.Length == 0 && Try(() => AppendPlugin(options, settings), out plugin))
        {
            reason = "a plug-in of ONNX Runtime";
            return true;
        }

        reason = $"built in: {builtIn}; plug-in: {plugin}";
        return false;
    }

    private static ExecutionProviderStatus Probe()
    {
        if (CudaDriver.CountDevices(out string devices) == 0)
        {
            return new ExecutionProviderStatus(ExecutionProviders.Cuda, false, devices);
        }

        using var options = new SessionOptions();
        bool available = TryAppend(options, NoSettings, out string reason);
        return new ExecutionProviderStatus(ExecutionProviders.Cuda, available, $"{devices}; {reason}");
    }

    private static void AppendBuiltIn(SessionOptions options, IReadOnlyDictionary<string, string> settings)
    {
        using var cuda = new OrtCUDAProviderOptions();
        if (settings.Count > 0)
        {
            cuda.UpdateOptions(new Dictionary<string, string>(settings));
        }

        options.AppendExecutionProvider_CUDA(cuda);
    }

    private static void AppendPlugin(SessionOptions options, IReadOnlyDictionary<string, string> settings)
    {
        var env = OrtEnvironment.Instance();
        var device = env.GetEpDevices().FirstOrDefault(device => device.EpName == ProviderName)
            ?? throw new OnnxRuntimeDeviceException("the provider library found no device");
        options.AppendExecutionProvider(env, [device], new Dictionary<string, string>(settings));
    }

    private static string? RegisterPlugin()
    {
        string file = OperatingSystem.IsWindows() ? "onnxruntime_providers_cuda.dll" : "libonnxruntime_providers_cuda.so";
        string? path = NativeFolders().Select(folder => Path.Combine(folder, file)).FirstOrDefault(File.Exists);
        if (path is null)
        {
            return $"{file} is not beside the application; reference Microsoft.ML.OnnxRuntime.Gpu instead of Microsoft.ML.OnnxRuntime";
        }

        return Try(() => OrtEnvironment.Instance().RegisterExecutionProviderLibrary(ProviderName, path), out string failure) ? null : failure;
    }

    private static IEnumerable<string> NativeFolders()
    {
        string runtime = OperatingSystem.IsWindows() ? "win-x64" : "linux-x64";
        string searched = AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "";
        return [AppContext.BaseDirectory, Path.Combine(AppContext.BaseDirectory, "runtimes", runtime, "native"), .. searched.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)];
    }

    private static bool Try(Action append, out string failure)
    {
        try
        {
            append();
            failure = "";
            return true;
        }
        catch (Exception cause) when (cause is OnnxRuntimeException or OnnxRuntimeDeviceException or EntryPointNotFoundException or DllNotFoundException)
        {
            failure = OrtMessages.FirstLine(cause);
            return false;
        }
    }

    private sealed class OnnxRuntimeDeviceException(string message) : Exception(message);
}
