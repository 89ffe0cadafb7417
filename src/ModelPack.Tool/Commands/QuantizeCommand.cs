using System.CommandLine;
using System.Diagnostics;
using ModelPack.Packing;
using ModelPack.Packing.Recipes;
using ModelPack.Packing.Store;
using ModelPack.Tool.CommandLine;
using ModelPack.Tool.Hosting;
using ModelPack.Tool.Rendering;

namespace ModelPack.Tool.Commands;

/// <summary><c>quantize</c>: the whole road.</summary>
internal static class QuantizeCommand
{
    public static void Fill(Command command, CommandContext context)
    {
        Argument<string> source = SourceArgument.Create();
        var output = new Option<string>("--output", "-o") { Description = "Folder that receives the packed model.", HelpName = "FOLDER", Required = true };
        command.Add(source);
        command.Add(output);
        var work = new WorkOptions(command);
        var settings = new SettingOptions(command);
        command.SetAction(async (result, token) =>
        {
            var clock = Stopwatch.StartNew();
            ToolConsole console = context.Console;
            Recipe recipe = settings.Read(result);
            using PackStore store = work.Open(result, console);
            var steps = new StepTimes();
            var request = new PackRequest(
                result.GetRequiredValue(source), recipe, store, work.Threads(result), result.GetRequiredValue(output))
            {
                Waiting = console.Message,
                Warning = console.Warning,
                StepTaken = steps.Add,
            };
            PackResult packed = await WorkDisplay
                .RunAsync(console, WorkUnit.Bytes, progress => Packer.PackAsync(request, PackSteps.To(progress), token))
                .ConfigureAwait(false);
            foreach (string line in steps.Lines())
            {
                console.Detail(line);
            }

            console.Output.Write(console.Json ? packed.ManifestJson : $"{PackSummary.Of(packed, clock.Elapsed)}\n{packed.Folder}\n");
            return ExitCode.Done;
        });
    }
}
