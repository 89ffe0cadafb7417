using Microsoft.Build.Logging.StructuredLogger;

namespace ModelPack.Integration.Tests.Builds;

/// <summary>One run of a build command: exit code, console output and binary log.</summary>
internal sealed class BuildOutcome(CommandResult result, string binaryLog)
{
    private readonly Lazy<Build> _log = new(() => BinaryLog.ReadBuild(binaryLog));

    public string Output => result.Output;

    public int ExitCode => result.ExitCode;

    /// <summary>Starts of the tool for planning.</summary>
    public int Plans => ToolStarts("build-plan");

    /// <summary>Starts of the tool for packing.</summary>
    public int Runs => ToolStarts("build-run");

    /// <summary>Lines about models that are for everybody to see.</summary>
    public IReadOnlyList<string> Summaries =>
        [.. Find<Message>().Select(message => message.Text).Where(text => text.StartsWith("ModelPack: ", StringComparison.Ordinal))];

    public BuildOutcome Succeeded()
    {
        Assert.True(ExitCode == 0, Output);
        return this;
    }

    /// <summary>The one error of a failed build, whose code begins like this.</summary>
    public Error FailedWith(string code)
    {
        Assert.True(ExitCode != 0, Output);
        Error[] errors = [.. Find<Error>()];
        Assert.True(errors.Length == 1 && errors[0].Code.StartsWith(code, StringComparison.Ordinal), $"expected one error {code}:\n{Output}");
        return errors[0];
    }

    public IReadOnlyList<T> Find<T>()
        where T : BaseNode => _log.Value.FindChildrenRecursive<T>();

    /// <summary>Tasks that ran in targets of this name.</summary>
    public IReadOnlyList<string> TasksOf(string target) =>
        [.. Find<Target>().Where(node => node.Name == target).SelectMany(node => node.FindChildrenRecursive<Microsoft.Build.Logging.StructuredLogger.Task>()).Select(task => task.Name)];

    private int ToolStarts(string command)
    {
        // The command line stands in the log once as a message of the task, and the logger may lift it into a property.
        return Find<Microsoft.Build.Logging.StructuredLogger.Task>().Count(task =>
            (task.CommandLineArguments ?? "").Contains(command, StringComparison.Ordinal)
            || task.FindChildrenRecursive<Message>(message => message.Text.Contains(" " + command + " ", StringComparison.Ordinal)).Count > 0);
    }
}
