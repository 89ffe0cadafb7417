using Microsoft.Extensions.Logging;

namespace ModelPack.Tool.Rendering;

/// <summary>Shows what the runtime logs: warnings always, the rest when details are asked for.</summary>
internal sealed class ConsoleLogger(ToolConsole console) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel switch
    {
        LogLevel.None => false,
        >= LogLevel.Warning => console.Verbosity >= Verbosity.Normal,
        >= LogLevel.Information => console.Verbosity >= Verbosity.Detailed,
        _ => false,
    };

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            console.Message(formatter(state, exception));
        }
    }
}
