using System.CommandLine;
using System.Diagnostics;
using System.Reflection;
using System.Text.Json;
using ModelPack.Packing;
using ModelPack.Packing.Recipes;
using ModelPack.Packing.Store;
using ModelPack.Tool.CommandLine;
using ModelPack.Tool.Hosting;
using ModelPack.Tool.Json;
using ModelPack.Tool.Rendering;

namespace ModelPack.Tool.Commands;

/// <summary>What build-plan and build-run share: the request, errors where MSBuild finds them, the result file.</summary>
internal static class BuildWork
{
    /// <summary>Handles one model of a request.</summary>
    public delegate Task<BuiltModel> Handler(BuildModel model, PackRequest request, BuildRequest build, CommandContext context, CancellationToken token);

    public static void Fill(Command command, CommandContext context, Handler handler)
    {
        var file = new Argument<string>("REQUEST") { Description = "The request file that the build wrote." };
        command.Add(file);
        command.SetAction((result, token) => RunAsync(result.GetRequiredValue(file), context, handler, token));
    }

    /// <summary>Every file that the key depends on, the recipe among them.</summary>
    public static IReadOnlyList<string> Inputs(PackPlan plan, PackRequest request) =>
        request.Recipe.RecipeFile is { } recipe ? [.. plan.Inputs, recipe] : plan.Inputs;

    private static async Task<int> RunAsync(string file, CommandContext context, Handler handler, CancellationToken token)
    {
        ToolConsole console = context.Console;
        console.Output.AutoFlush = true;
        string origin = "modelpack";
        bool failed = false;
        try
        {
            BuildRequest build = Read(file);
            origin = build.Project;
            using var watch = new ParentWatch(build.ParentPid, context.Interrupts);
            if (build.LowPriority)
            {
                LowerPriority(console);
            }

            using PackStore store = PackStore.Open(build.CacheDirectory, warning => Say(console, build.Project, "warning", warning.Code, warning.Message));
            var models = new List<BuiltModel>();
            foreach (BuildModel model in build.Models)
            {
                try
                {
                    models.Add(await handler(model, Request(model, build, store, console), build, context, token).ConfigureAwait(false));
                }
                catch (Exception exception) when (!token.IsCancellationRequested)
                {
                    // One build names what is wrong with every model.
                    Report(console, model.DefiningProject.Length > 0 ? model.DefiningProject : build.Project, exception);
                    failed = true;
                }
            }

            if (!failed)
            {
                Write(build.Result, models);
            }

            return failed ? ExitCode.Failed : ExitCode.Done;
        }
        catch (Exception exception) when (!token.IsCancellationRequested)
        {
            Report(console, origin, exception);
            return ExitCode.Failed;
        }
    }

    private static PackRequest Request(BuildModel model, BuildRequest build, PackStore store, ToolConsole console) =>
        new(model.Include, Recipe.Parse(model.Metadata, Path.GetDirectoryName(build.Project)), store, build.Threads)
        {
            Waiting = console.Output.WriteLine,
            Warning = (code, sentence) => Say(console, build.Project, "warning", code, sentence),
        };

    private static void Report(ToolConsole console, string origin, Exception exception)
    {
        ModelPackException error = Failure.Describe(exception);
        Say(console, origin, "error", error.Code, error.Message);
    }

    private static void Say(ToolConsole console, string origin, string kind, string code, string sentence) =>
        console.Messages.WriteLine($"{origin}(0,0): {kind} {code}: {sentence.ReplaceLineEndings(" ")}");

    private static BuildRequest Read(string file)
    {
        try
        {
            BuildRequest? build = JsonSerializer.Deserialize(File.ReadAllBytes(file), ToolJson.Default.BuildRequest);
            return build is { Result.Length: > 0, Project.Length: > 0 } ? build : throw new JsonException("project and result are missing");
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new ModelPackException(ToolErrors.BuildRequest, $"The request {file} of the build cannot be read: {exception.Message}", exception);
        }
    }

    private static void Write(string path, List<BuiltModel> models)
    {
        string version = typeof(BuildWork).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(new BuildResult(version, models), ToolJson.Default.BuildResult);
        string temporary = $"{path}.{Environment.ProcessId}.tmp";
        File.WriteAllBytes(temporary, json);
        File.Move(temporary, path, overwrite: true);
    }

    private static void LowerPriority(ToolConsole console)
    {
        try
        {
            using var self = Process.GetCurrentProcess();
            self.PriorityClass = ProcessPriorityClass.BelowNormal;
        }
        catch (Exception exception) when (exception is System.ComponentModel.Win32Exception or PlatformNotSupportedException)
        {
            console.Message($"The priority could not be lowered: {exception.Message}");
        }
    }
}
