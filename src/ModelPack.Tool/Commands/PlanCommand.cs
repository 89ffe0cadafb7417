using System.CommandLine;
using System.Globalization;
using ModelPack.Packing;
using ModelPack.Packing.Planning;
using ModelPack.Packing.Recipes;
using ModelPack.Packing.Store;
using ModelPack.Tool.CommandLine;
using ModelPack.Tool.Hosting;
using ModelPack.Tool.Json;
using ModelPack.Tool.Rendering;

namespace ModelPack.Tool.Commands;

/// <summary><c>plan</c>: what would happen, or why it cannot.</summary>
internal static class PlanCommand
{
    public static void Fill(Command command, CommandContext context)
    {
        Argument<string> source = SourceArgument.Create();
        command.Add(source);
        var work = new WorkOptions(command);
        var settings = new SettingOptions(command);
        command.SetAction((result, token) =>
        {
            Recipe recipe = settings.Read(result);
            using PackStore store = work.Open(result, context.Console);
            PackPlan plan = Packer.Plan(new PackRequest(result.GetRequiredValue(source), recipe, store, work.Threads(result)), token);
            if (context.Console.Json)
            {
                JsonOutput.Write(context.Console, PlanJson.From(plan), ToolJson.Default.PlanJson);
            }
            else
            {
                Write(context.Console.Output, plan);
            }

            return Task.FromResult(ExitCode.Done);
        });
    }

    private static void Write(TextWriter output, PackPlan plan)
    {
        var columns = new Columns(("weight", false), ("shape", false), ("method", false), ("bits", true), ("group", true), ("bytes", true));
        foreach (PlannedWeight weight in plan.Weights)
        {
            columns.Add(
                weight.Name,
                string.Join(" x ", weight.Shape),
                weight.Type ?? weight.Method,
                weight.Bits.ToString(CultureInfo.InvariantCulture),
                weight.GroupSize > 0 ? weight.GroupSize.ToString(CultureInfo.InvariantCulture) : "-",
                weight.Bytes.ToString(CultureInfo.InvariantCulture));
        }

        columns.Write(output);
        output.WriteLine();
        output.WriteLine($"name             {plan.Name}");
        output.WriteLine($"key              {plan.Key}");
        output.WriteLine($"source           {Units.Bytes(plan.SourceBytes)}");
        output.WriteLine($"output           {Units.Bytes(plan.OutputBytes)}, {plan.BitsPerWeight.ToString("0.###", CultureInfo.InvariantCulture)} bits per weight");
        output.WriteLine($"peak memory      {Units.Bytes(plan.PeakMemoryBytes)}");
        output.WriteLine($"disk             {Units.Bytes(plan.DiskBytes)}");
        output.WriteLine($"in the store     {(plan.Cached ? "yes" : "no")}, {plan.Folder}");
    }
}
