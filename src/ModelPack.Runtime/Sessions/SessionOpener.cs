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
    public static DecoderSession Open(string modelFile, GenAiSettings settings, PackedModelOptions options, ILogger logger, out string device)
    {
        OrtEnvironment.Instance(logger);
        string reason = "asked for";
        if (options.Provider != ExecutionProviderChoice.Cpu)
        {
            var session = TryCuda(modelFile, settings, options, out reason);
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
        var onCpu = new DecoderSession(Load(modelFile, native), settings, modelFile);
        LogProvider(logger, modelFile, device, reason);
        return onCpu;
    }

    private static DecoderSession? TryCuda(string modelFile, GenAiSettings settings, PackedModelOptions options, out string reason)
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

            var session = new DecoderSession(Load(modelFile, native), settings, modelFile);
            if (session.Signature.Caches[0].Past.Type != TensorElementType.Float)
            {
                return session;
            }

            // CUDA has no attention kernel for float32: it would run on the processor, with copies at every layer.
            session.Dispose();
            reason = "the model was packed for CPU (float32); pack it with Target=\"cuda\"";
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
