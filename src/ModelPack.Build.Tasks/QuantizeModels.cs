using System.Globalization;
using Microsoft.Build.Framework;

namespace ModelPack.Build;

/// <summary>Packs the planned models that the store lacks, by the tool in a process of its own.</summary>
[MSBuildMultiThreadableTask]
public sealed class QuantizeModels : ModelPackTask
{
    /// <summary>Items of <see cref="PlanModels.Plan"/> whose files are missing.</summary>
    [Required]
    public ITaskItem[] Plan { get; set; } = [];

    /// <inheritdoc/>
    public override bool Execute()
    {
        if (!QuantizeOnBuild)
        {
            foreach (ITaskItem plan in Plan)
            {
                Error(
                    BuildErrors.QuantizeOnBuildIsOff,
                    plan.GetMetadata(PlanItem.DefiningProject),
                    $"The model '{plan.GetMetadata(PlanItem.Name)}' is not in the store and ModelPackQuantizeOnBuild is false; build once without that property, on this machine or into the same ModelPackCacheDirectory.");
            }

            return false;
        }

        IReadOnlyList<PlannedModel>? results = RunTool("build-run", Array.ConvertAll(Plan, ModelSettings.FromPlan));
        if (results is null)
        {
            return false;
        }

        for (int i = 0; i < Plan.Length; i++)
        {
            if (Verify(Plan[i], results[i]))
            {
                Remember(Plan[i], results[i]);
            }
        }

        return !Log.HasLoggedErrors;
    }

    private bool Verify(ITaskItem plan, PlannedModel result)
    {
        string folder = plan.GetMetadata(PlanItem.Folder);
        string[] missing =
        [
            .. plan.GetMetadata(PlanItem.Files).Split('|').Where(file => !File.Exists(Path.Combine(folder, file))),
        ];
        bool asPlanned = result.Key == plan.GetMetadata(PlanItem.Key) && missing.Length == 0;
        if (!asPlanned)
        {
            string what = missing.Length > 0 ? "its files " + string.Join(", ", missing) + " are not in " + folder : "its key is another one";
            Error(
                BuildErrors.ChangedWhilePacking,
                plan.GetMetadata(PlanItem.DefiningProject),
                $"The model '{result.Name}' is not as planned: {what}. If '{result.Include}' was edited during the build, build again.");
        }

        return asPlanned;
    }

    // What PlanModels left to this task because the model's limits had not been compared.
    private void Remember(ITaskItem plan, PlannedModel result)
    {
        if (long.TryParse(plan.GetMetadata(PlanItem.Began), NumberStyles.None, CultureInfo.InvariantCulture, out long began))
        {
            ModelSettings model = ModelSettings.FromPlan(plan);
            string canonical = model.Canonical(Path.GetDirectoryName(ProjectFile) ?? "");
            string memo = PlanMemo.PathFor(StateDirectory, model, canonical);
            PlanMemo.Write(memo, canonical, plan.GetMetadata(PlanItem.Context), result, new DateTime(began, DateTimeKind.Utc));
        }
    }
}
