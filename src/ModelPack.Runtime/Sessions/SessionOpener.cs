using Microsoft.Extensions.Logging;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace ModelPack.Runtime.Sessions;

/// <summary>Opens a graph on the best execution provider and says which one and why.</summary>
internal static partial class SessionOpener
{
    /// <summary>Opens the graph; the caller disposes the session.</summary>
    /// <param name="modelFile">Full path of the .onnx file.</param>
    /// <param name="settings">genai_config.json.</param>
    /// <param name="options">What the caller asked for.</param>
    /// <param name="logger">Told the provider.</param>
    /// <param name="device"><see cref="ExecutionProviders.Cuda"/> or <see cref="ExecutionProviders.Cpu"/>.</param>
    public static DecoderSession Open(string modelFile, GenAiSettings settings, PackedModelOptions options, ILogger logger, out string device) =>
        Open(modelFile, native => new DecoderSession(Load(modelFile, native), settings, modelFile), RefuseFloat32, options, logger, out device);

    /// <summary>Opens a graph that is no decoder; the caller disposes the session.</summary>
    /// <param name="modelFile">Full path of the .onnx file.</param>
    /// <param name="options">What the caller asked for.</param>
    /// <param name="logger">Told the provider.</param>
    /// <param name="device"><see cref="ExecutionProviders.Cuda"/> or <see cref="ExecutionProviders.Cpu"/>.</param>
    public static GraphSession OpenGraph(string modelFile, PackedModelOptions options, ILogger logger, out string device) =>
        Open(modelFile, native => new GraphSession(Load(modelFile, native), modelFile), _ => null, options, logger, out device);

    // CUDA has no attention kernel for float32: it would run on the processor, with copies at every layer.
    private static string? RefuseFloat32(DecoderSession session) =>
        session.Signature.Caches[0].Past.Type == TensorElementType.Float ? "the model was packed for CPU (float32); pack it with Target=\"cuda\"" : null;

    private static T Open<T>(string modelFile, Func<SessionOptions, T> open, Func<T, string?> unfit, PackedModelOptions options, ILogger logger, out string device)
        where T : class, IDisposable
    {
        OrtEnvironment.Instance(logger);
        string reason = "asked for";
        if (options.Provider != ExecutionProviderChoice.Cpu)
        {
            T? session = TryCuda(open, unfit, options, out reason);
            if (session is not null)
            {
                device = ExecutionProviders.Cuda;
                LogProvider(logger, modelFile, device, reason);
                return session;
            }

            if (options.Provider == ExecutionProviderChoice.Cuda)
            {
                throw new ModelPackException(
                    RuntimeErrors.ProviderUnavailable,
                    $"{modelFile} cannot run on CUDA ({reason}); leave the choice to ModelPack, or see `dotnet modelpack doctor`.");
            }

            reason = $"no CUDA: {reason}";
        }

        using var native = CreateOptions(options);
        device = ExecutionProviders.Cpu;
        T onCpu = open(native);
        LogProvider(logger, modelFile, device, reason);
        return onCpu;
    }

    private static T? TryCuda<T>(Func<SessionOptions, T> open, Func<T, string?> unfit, PackedModelOptions options, out string reason)
        where T : class, IDisposable
    {
        reason = CudaProvider.Status.Reason;
        if (!CudaProvider.Status.Available)
        {
            return null;
        }

        try
        {
            using var native = CreateOptions(options);
            if (!CudaProvider.TryAppend(native, CudaProvider.NoSettings, out reason))
            {
                return null;
            }

            T session = open(native);
            if (unfit(session) is not { } why)
            {
                return session;
            }

            session.Dispose();
            reason = why;
            return null;
        }
        catch (Exception cause) when (cause is OnnxRuntimeException or ModelPackException { InnerException: OnnxRuntimeException })
        {
            reason = OrtMessages.FirstLine(cause);
            return null;
        }
    }

    private static InferenceSession Load(string modelFile, SessionOptions options)
    {
        try
        {
            return new InferenceSession(modelFile, options);
        }
        catch (OnnxRuntimeException cause)
        {
            throw new ModelPackException(
                RuntimeErrors.CannotLoad,
                $"{modelFile} cannot be loaded: {OrtMessages.FirstLine(cause)}; the file or its model.onnx.data is damaged, missing or was changed, pack the model again.",
                cause);
        }
    }

    private static SessionOptions CreateOptions(PackedModelOptions options)
    {
        var native = new SessionOptions();
        OrtEnvironment.Quiet(native);
        native.IntraOpNumThreads = options.Threads;
        native.AddSessionConfigEntry("session.intra_op.allow_spinning", options.AllowSpinning ? "1" : "0");
        return native;
    }

    [LoggerMessage(EventId = 4001, EventName = "ExecutionProvider", Level = LogLevel.Information, Message = "{File} runs on {Device} ({Reason})")]
    private static partial void LogProvider(ILogger logger, string file, string device, string reason);
}
