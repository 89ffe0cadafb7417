using System.CommandLine;
using System.Diagnostics;
using ModelPack.Packing;
using ModelPack.Tool.CommandLine;
using ModelPack.Tool.Hosting;
using ModelPack.Tool.Json;
using ModelPack.Tool.Rendering;

namespace ModelPack.Tool.Commands;

/// <summary><c>build-run REQUEST</c>: quantizes what the store does not have.</summary>
internal static class BuildRunCommand
{
    public static void Fill(Command command, CommandContext context) => BuildWork.Fill(command, context, RunAsync);

    private static async Task<BuiltModel> RunAsync(BuildModel model, PackRequest request, BuildRequest build, CommandContext context, CancellationToken token)
    {
        var clock = Stopwatch.StartNew();
        TextWriter output = context.Console.Output;
        PackPlan plan = Packer.Plan(request, token);
        if (!plan.Cached && !build.QuantizeOnBuild)
        {
            throw new ModelPackException(
                ToolErrors.NotQuantizedYet,
                $"{plan.Name} is not in the store {request.Store.Directory} and ModelPackQuantizeOnBuild is false; build once with ModelPackQuantizeOnBuild=true, or run `dotnet modelpack quantize`.");
        }

        PackResult packed = await WorkDisplay
            .RunPlainAsync(output, WorkUnit.Bytes, progress => Packer.PackAsync(request, PackSteps.To(progress), token))
            .ConfigureAwait(false);
        string summary = PackSummary.Of(packed, clock.Elapsed);
        await output.WriteLineAsync($"ModelPack: {summary}").ConfigureAwait(false);
        return new BuiltModel(
            model.Include, packed.Name, packed.Key, packed.Folder, plan.Files, packed.FromStore, LimitsPending: false, BuildWork.Inputs(plan, request), summary);
    }
}
