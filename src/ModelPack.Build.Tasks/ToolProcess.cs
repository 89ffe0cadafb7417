using System.Diagnostics;
using System.Text;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace ModelPack.Build;

/// <summary>One run of the tool; turns its output into errors, warnings and messages of the build.</summary>
internal sealed class ToolProcess : ToolTask
{
    private const string SummaryPrefix = "ModelPack: ";
    private const int RememberedLines = 8;

    private readonly string _host;
    private readonly string _assembly;
    private readonly string _command;
    private readonly string _requestFile;
    private readonly string _workingDirectory;
    private readonly Queue<string> _lastLines = new();

    public ToolProcess(string host, string assembly, string command, string requestFile, string workingDirectory)
    {
        _host = host;
        _assembly = assembly;
        _command = command;
        _requestFile = requestFile;
        _workingDirectory = workingDirectory;
        StandardOutputImportance = nameof(MessageImportance.Normal);
        StandardErrorImportance = nameof(MessageImportance.Normal);
        YieldDuringToolExecution = true;
    }

    /// <summary>True when the tool printed an error in the form that builds understand, or could not be started.</summary>
    public bool HasReportedErrors => Log.HasLoggedErrors;

    /// <summary>The end of what else it printed, for an error about a run that failed without one.</summary>
    public string LastLines => _lastLines.Count == 0 ? "It printed nothing." : "It printed: " + string.Join(" | ", _lastLines);

    protected override string ToolName => "dotnet";

    protected override Encoding StandardOutputEncoding => Encoding.UTF8;

    protected override Encoding StandardErrorEncoding => Encoding.UTF8;

    protected override string GenerateFullPathToTool() => _host;

    protected override string GetWorkingDirectory() => _workingDirectory;

    protected override string GenerateCommandLineCommands()
    {
        var commandLine = new CommandLineBuilder();
        commandLine.AppendSwitch("exec");
        commandLine.AppendFileNameIfNotNull(_assembly);
        commandLine.AppendSwitch(_command);
        commandLine.AppendFileNameIfNotNull(_requestFile);
        return commandLine.ToString();
    }

    protected override ProcessStartInfo GetProcessStartInfo(string pathToTool, string commandLineCommands, string responseFileSwitch)
    {
        ProcessStartInfo start = base.GetProcessStartInfo(pathToTool, commandLineCommands, responseFileSwitch);

        // dotnet watch and profilers inject code into every child that they start; MSBuild's variables are about this build.
        foreach (string name in start.Environment.Keys.ToArray())
        {
            if (name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase) || name is "DOTNET_STARTUP_HOOKS" or "DOTNET_ADDITIONAL_DEPS")
            {
                start.Environment.Remove(name);
            }
        }

        return start;
    }

    protected override void LogToolCommand(string message) => Log.LogMessage(MessageImportance.Low, "{0}", message);

    protected override bool HandleTaskExecutionErrors() => false;

    protected override void LogEventsFromTextOutput(string singleLine, MessageImportance messageImportance)
    {
        if (ToolMessage.Parse(singleLine) is { } message)
        {
            string link = BuildErrors.HelpLink(message.Code);
            if (message.IsError)
            {
                Log.LogError(null, message.Code, null, link, message.File, message.Line, message.Column, 0, 0, "{0}", message.Text);
            }
            else
            {
                Log.LogWarning(null, message.Code, null, link, message.File, message.Line, message.Column, 0, 0, "{0}", message.Text);
            }

            return;
        }

        bool summary = singleLine.StartsWith(SummaryPrefix, StringComparison.Ordinal);
        Log.LogMessage(summary ? MessageImportance.High : messageImportance, "{0}", singleLine);
        if (!string.IsNullOrWhiteSpace(singleLine))
        {
            _lastLines.Enqueue(singleLine.Trim());
            if (_lastLines.Count > RememberedLines)
            {
                _lastLines.Dequeue();
            }
        }
    }
}
