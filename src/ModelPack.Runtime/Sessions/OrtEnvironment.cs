using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.ML.OnnxRuntime;

namespace ModelPack.Runtime.Sessions;

/// <summary>
/// The one environment of ONNX Runtime in this process. When this library makes it, ONNX Runtime's messages go to the logger
/// of the model opened last instead of standard error; an environment that the application made first is left as it is.
/// </summary>
internal static partial class OrtEnvironment
{
    private static readonly Lock Gate = new();
    private static readonly DOrtLoggingFunction Receiver = Receive;
    private static ILogger _logger = NullLogger.Instance;
    private static OrtEnv? _instance;
    private static bool _ours;

    /// <summary>The environment; made at the first call.</summary>
    /// <exception cref="ModelPackException">MPK4007: the native library is missing.</exception>
    public static OrtEnv Instance(ILogger? logger = null)
    {
        lock (Gate)
        {
            _logger = logger ?? _logger;
            return _instance ??= Create();
        }
    }

    /// <summary>Silences a session's own messages where they would go to standard error.</summary>
    public static void Quiet(SessionOptions options)
    {
        if (!_ours)
        {
            options.LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL;
        }
    }

    private static OrtEnv Create()
    {
        try
        {
            if (OrtEnv.IsCreated)
            {
                return OrtEnv.Instance();
            }

            var options = new EnvironmentCreationOptions
            {
                logId = "modelpack",
                logLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_WARNING,
                loggingFunction = Receiver,
            };
            var instance = OrtEnv.CreateInstanceWithOptions(ref options);
            _ours = true;
            return instance;
        }
        catch (Exception cause) when (cause is DllNotFoundException or EntryPointNotFoundException or TypeInitializationException)
        {
            throw new ModelPackException(
                RuntimeErrors.NativeLibraryMissing,
                "ONNX Runtime's native library was not found or is too old; reference the package Microsoft.ML.OnnxRuntime (or Microsoft.ML.OnnxRuntime.Gpu) in the application, version 1.29 or later: "
                    + OrtMessages.FirstLine(cause.InnerException ?? cause),
                cause);
        }
    }

    private static void Receive(IntPtr parameter, OrtLoggingLevel severity, string category, string logId, string codeLocation, string message)
    {
        // An error comes back to the caller as an exception too, so it is a warning here.
        var level = severity switch
        {
            OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL => LogLevel.Error,
            OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR => LogLevel.Warning,
            _ => LogLevel.Debug,
        };
        LogNative(_logger, level, category, message);
    }

    [LoggerMessage(EventId = 4090, EventName = "OnnxRuntime", Message = "ONNX Runtime, {Category}: {Text}")]
    private static partial void LogNative(ILogger logger, LogLevel level, string category, string text);
}
