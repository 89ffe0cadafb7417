using System.Diagnostics;
using Microsoft.Build.Framework;
using Task = Microsoft.Build.Utilities.Task;

namespace ModelPack.Build;

/// <summary>
/// What the tasks of ModelPack share: they hand their models to the tool, which runs in a process of its own. Paths are
/// absolute and nothing is read from the environment, so that the tasks run in a multithreaded MSBuild too.
/// </summary>
public abstract class ModelPackTask : Task, ICancelableTask
{
    private readonly object _gate = new();
    private ToolProcess? _tool;
    private bool _canceled;

    /// <summary>Full path of the project that is built.</summary>
    [Required]
    public string ProjectFile { get; set; } = "";

    /// <summary>Folder of small files that the tasks keep between builds; the same for all target frameworks of a project.</summary>
    [Required]
    public string StateDirectory { get; set; } = "";

    /// <summary>Full path of the tool's assembly.</summary>
    [Required]
    public string ToolAssembly { get; set; } = "";

    /// <summary>The dotnet executable that runs the tool.</summary>
    [Required]
    public string DotNetHost { get; set; } = "";

    /// <summary>Folder of the store; empty for the user's store.</summary>
    public string CacheDirectory { get; set; } = "";

    /// <summary>Threads that the tool may use; 0 for all.</summary>
    public int MaxParallelism { get; set; }

    /// <summary>Runs the tool below normal priority.</summary>
    public bool LowPriority { get; set; }

    /// <summary>False forbids quantizing in a build: what is not in the store is an error then.</summary>
    public bool QuantizeOnBuild { get; set; } = true;

    /// <summary>Ends the tool at once; what it wrote by then is swept by its next run.</summary>
    public void Cancel()
    {
        lock (_gate)
        {
            _canceled = true;
            _tool?.Cancel();
        }
    }

    /// <summary>Runs a command of the tool on these models and waits; null when an error was logged or the build canceled.</summary>
    private protected IReadOnlyList<PlannedModel>? RunTool(string command, ModelSettings[] models)
    {
        string exchange = Path.Combine(StateDirectory, command + "-" + Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(exchange);
        string requestFile = Path.Combine(exchange, "request.json");
        string resultFile = Path.Combine(exchange, "result.json");
        var request = new ToolRequest
        {
            Project = ProjectFile,
            CacheDirectory = CacheDirectory,
            Threads = MaxParallelism,
            LowPriority = LowPriority,
            ParentProcess = CurrentProcessId(),
            QuantizeOnBuild = QuantizeOnBuild,
            Result = resultFile,
            Models = models,
        };
        try
        {
            File.WriteAllText(requestFile, request.ToJson());
            return Run(command, requestFile) ? ReadResult(command, resultFile, models.Length) : null;
        }
        finally
        {
            Directory.Delete(exchange, recursive: true);
        }
    }

    /// <summary>Logs an error of the build at the project that declares the item.</summary>
    private protected void Error(string code, string definingProject, string message) => Log.LogError(
        subcategory: null, code, helpKeyword: null, BuildErrors.HelpLink(code), definingProject.Length > 0 ? definingProject : ProjectFile, 0, 0, 0, 0, message);

    private bool Run(string command, string requestFile)
    {
        var tool = new ToolProcess(DotNetHost, ToolAssembly, command, requestFile, Path.GetDirectoryName(ProjectFile) ?? "")
        {
            BuildEngine = BuildEngine,
            HostObject = HostObject,
        };
        lock (_gate)
        {
            if (_canceled)
            {
                return false;
            }

            _tool = tool;
        }

        bool succeeded = tool.Execute();
        lock (_gate)
        {
            _tool = null;
        }

        if (!succeeded && !_canceled && !tool.HasReportedErrors)
        {
            Error(BuildErrors.ToolFailed, "", $"'{DotNetHost} exec {ToolAssembly} {command}' ended with exit code {tool.ExitCode} and no error. {tool.LastLines}");
        }

        return succeeded && !_canceled;
    }

    private PlannedModel[]? ReadResult(string command, string resultFile, int models)
    {
        string problem;
        try
        {
            PlannedModel[] results = [.. ToolResult.Read(resultFile)];
            if (results.Length == models)
            {
                return results;
            }

            problem = $"it has {results.Length} models instead of {models}";
        }
        catch (Exception exception) when (exception is FormatException or IOException)
        {
            problem = exception.Message;
        }

        Error(BuildErrors.ResultUnreadable, "", $"The result of {command} by {ToolAssembly} cannot be used: {problem}. Do the package and ModelPackToolAssembly have one version?");
        return null;
    }

    private static int CurrentProcessId()
    {
        using Process process = Process.GetCurrentProcess();
        return process.Id;
    }
}
