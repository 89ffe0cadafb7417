using System.CommandLine;
using ModelPack.Tool.CommandLine;
using ModelPack.Tool.Rendering;

namespace ModelPack.Tool.Hosting;

/// <summary>One run of the tool: parse, act, turn whatever happens into one message and an exit code.</summary>
internal static class ToolProcess
{
    /// <summary>Runs the command line.</summary>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        using var console = new ToolConsole();
        using var interrupts = new Interrupts();
        try
        {
            ParseResult result = RootBuilder.Parse(args, console, interrupts);
            if (UsageError.Find(result) is { } usage)
            {
                console.Error(ToolErrors.Usage, usage);
                return ExitCode.Usage;
            }

            var configuration = new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
                Output = console.Output,
                Error = console.Messages,
            };
            int code = await result.InvokeAsync(configuration, interrupts.Token).ConfigureAwait(false);
            console.Output.Flush();
            return code;
        }
        catch (Exception exception)
        {
            return Report(exception, console, interrupts);
        }
    }

    private static int Report(Exception exception, ToolConsole console, Interrupts interrupts)
    {
        if (exception is BrokenPipeException || console.OutputIsGone)
        {
            return ExitCode.Cancelled;
        }

        if (interrupts.Token.IsCancellationRequested)
        {
            console.Message("cancelled");
            return ExitCode.Cancelled;
        }

        ModelPackException error = Failure.Describe(exception);
        console.Error(error.Code, error.Message, error.HelpLink);
        if (error.Code == ToolErrors.Unexpected && console.Verbosity == Verbosity.Detailed)
        {
            console.Message(exception.ToString());
        }

        return ExitCode.Failed;
    }
}
