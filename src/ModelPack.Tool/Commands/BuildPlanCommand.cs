using System.CommandLine;
using ModelPack.Packing;
using ModelPack.Tool.CommandLine;
using ModelPack.Tool.Json;
using ModelPack.Tool.Rendering;

namespace ModelPack.Tool.Commands;

/// <summary><c>build-plan REQUEST</c>: checks recipes and sources, computes keys, predicts files.</summary>
internal static class BuildPlanCommand
{
    public static void Fill(Command command, CommandContext context) => BuildWork.Fill(command, context, PlanAsync);

    private static Task<BuiltModel> PlanAsync(BuildModel model, PackRequest request, BuildRequest build, CommandContext context, CancellationToken token)
    {
        PackPlan plan = Packer.Plan(request, token);
        string state = plan.Cached ? "in the store" : $"{Units.Bytes(plan.SourceBytes)} to quantize";
        return Task.FromResult(new BuiltModel(
            model.Include, plan.Name, plan.Key, plan.Folder, plan.Files, plan.Cached, plan.LimitsPending, BuildWork.Inputs(plan, request), $"{plan.Name}: {state}"));
    }
}
