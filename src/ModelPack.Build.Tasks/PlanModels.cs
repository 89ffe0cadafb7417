using System.Globalization;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace ModelPack.Build;

/// <summary>
/// Says for every <c>&lt;QuantizedModel&gt;</c> where its packed files are or will be. When nothing changed since the last
/// plan this costs some calls of stat; otherwise the tool hashes the sources. A design-time build never starts it.
/// </summary>
[MSBuildMultiThreadableTask]
public sealed class PlanModels : ModelPackTask
{
    private static readonly string[] CopyMetadata = ["CopyToOutputDirectory", "CopyToPublishDirectory", "ExcludeFromSingleFile"];

    /// <summary>The items of the project.</summary>
    [Required]
    public ITaskItem[] Models { get; set; } = [];

    /// <summary>Text that changes whenever the user's store may lie elsewhere.</summary>
    public string StoreContext { get; set; } = "";

    /// <summary>True in a build that an editor runs to know the project: the last plan will do, and none is no error.</summary>
    public bool DesignTime { get; set; }

    /// <summary>True when the project itself is built, false when another project asks it for its files.</summary>
    public bool Building { get; set; } = true;

    /// <summary>True when missing models will be quantized after this task.</summary>
    public bool WillQuantize { get; set; } = true;

    /// <summary>Version of an MSBuild that is too old for packed models; empty when it is not.</summary>
    public string TooOldMSBuild { get; set; } = "";

    /// <summary>
    /// One item a model, named by its source. Those whose files are missing in the store carry what <see cref="QuantizeModels"/>
    /// needs.
    /// </summary>
    [Output]
    public ITaskItem[] Plan { get; private set; } = [];

    /// <summary>The packed files in the store, with the metadata that makes MSBuild copy them.</summary>
    [Output]
    public ITaskItem[] Files { get; private set; } = [];

    /// <summary>The source files, in a design-time build.</summary>
    [Output]
    public ITaskItem[] Inputs { get; private set; } = [];

    /// <inheritdoc/>
    public override bool Execute()
    {
        if (TooOldMSBuild.Length > 0)
        {
            Error(BuildErrors.MSBuildTooOld, "", $"MSBuild {TooOldMSBuild} cannot copy packed models (CopyToOutputDirectory=\"IfDifferent\"); build with the .NET 10 SDK or later.");
            return false;
        }

        string projectDirectory = Path.GetDirectoryName(ProjectFile) ?? "";
        string context = DesignTime ? "" : PlanMemo.Context(ToolAssembly, StoreContext + "\n" + CacheDirectory);
        ITaskItem[] models = Models;
        var settings = new ModelSettings[models.Length];
        var canonical = new string[models.Length];
        var memos = new PlanMemo?[models.Length];
        var plans = new PlannedModel?[models.Length];
        bool complete = true;
        for (int i = 0; i < models.Length; i++)
        {
            ModelSettings model = settings[i] = ModelSettings.FromItem(models[i]);
            canonical[i] = model.Canonical(projectDirectory);
            memos[i] = Remembered(model, canonical[i], context);
            plans[i] = memos[i]?.Plan(model.Include);
            complete = complete && plans[i] is not null;
        }

        DateTime began = DateTime.UtcNow;
        if (!complete && !DesignTime && !Ask(settings, canonical, memos, plans, context, began))
        {
            return false;
        }

        return Describe(settings, memos, plans, context, began);
    }

    private PlanMemo? Remembered(ModelSettings model, string canonical, string context)
    {
        PlanMemo? memo = PlanMemo.Read(PlanMemo.PathFor(StateDirectory, model, canonical), canonical);
        if (DesignTime)
        {
            return memo ?? PlanMemo.ReadLatest(StateDirectory, model);
        }

        return !Building || memo is null || memo.Holds(context) ? memo : null;
    }

    private bool Ask(ModelSettings[] settings, string[] canonical, PlanMemo?[] memos, PlannedModel?[] plans, string context, DateTime began)
    {
        int[] unknown = [.. Enumerable.Range(0, plans.Length).Where(i => plans[i] is null)];
        IReadOnlyList<PlannedModel>? results = RunTool("build-plan", [.. unknown.Select(i => settings[i])]);
        if (results is null)
        {
            return false;
        }

        for (int i = 0; i < results.Count; i++)
        {
            int model = unknown[i];
            plans[model] = results[i];
            // A memo says that a model may be used: that of a model which may turn out to be over its limits waits for the packing.
            memos[model] = results[i].LimitsPending
                ? null
                : PlanMemo.Write(PlanMemo.PathFor(StateDirectory, settings[model], canonical[model]), canonical[model], context, results[i], began);
            if (results[i].Summary.Length > 0)
            {
                Log.LogMessage(MessageImportance.High, "ModelPack: {0}", results[i].Summary);
            }
        }

        return true;
    }

    private bool Describe(ModelSettings[] settings, PlanMemo?[] memos, PlannedModel?[] plans, string context, DateTime began)
    {
        var planItems = new List<ITaskItem>(plans.Length);
        var files = new List<ITaskItem>(plans.Length * 10);
        for (int i = 0; i < plans.Length; i++)
        {
            if (plans[i] is not { } plan || IsRepeated(plans, i, settings[i]))
            {
                continue;
            }

            bool missing = AddFiles(Models[i], plan, files);
            planItems.Add(missing ? MissingItem(settings[i], plan, context, began) : new TaskItem(ItemText.Escape(plan.Include)));
            if (memos[i] is { } memo)
            {
                planItems[planItems.Count - 1].SetMetadata(PlanItem.Memo, ItemText.Escape(memo.FilePath));
            }

            if (missing && !WillQuantize)
            {
                Error(
                    BuildErrors.NotBuilt,
                    settings[i].DefiningProject,
                    $"The model '{plan.Name}' is not packed and this command does not build; run 'dotnet build' on '{ProjectFile}' first.");
            }
        }

        Plan = planItems.ToArray();
        Files = files.ToArray();
        Inputs = DesignTime ? InputItems(memos) : [];
        return !Log.HasLoggedErrors;
    }

    private bool IsRepeated(PlannedModel?[] plans, int index, ModelSettings settings)
    {
        PlannedModel plan = plans[index]!;
        for (int i = 0; i < index; i++)
        {
            if (plans[i] is { } other && string.Equals(other.Name, plan.Name, StringComparison.OrdinalIgnoreCase))
            {
                if (other.Key != plan.Key)
                {
                    Error(
                        BuildErrors.NameUsedTwice,
                        settings.DefiningProject,
                        $"Two QuantizedModel items have the name '{plan.Name}' and different results: '{other.Include}' and '{plan.Include}'. Give one of them another Name.");
                }

                return true;
            }
        }

        return false;
    }

    private bool AddFiles(ITaskItem model, PlannedModel plan, List<ITaskItem> files)
    {
        string name = ItemText.Escape(plan.Name);
        bool missing = false;
        foreach (string file in plan.Files)
        {
            string path = Path.Combine(plan.Folder, file);
            missing = missing || (!DesignTime && !File.Exists(path));
            string target = "models/" + name + "/" + ItemText.Escape(file);
            var item = new TaskItem(ItemText.Escape(path));
            item.SetMetadata("TargetPath", target);
            item.SetMetadata("Link", target);
            item.SetMetadata("Visible", "false");
            item.SetMetadata("Pack", "false");
            item.SetMetadata(PlanItem.Pack, model.GetMetadata("Pack"));
            foreach (string copy in CopyMetadata)
            {
                item.SetMetadata(copy, model.GetMetadata(copy));
            }

            files.Add(item);
        }

        return missing;
    }

    private static TaskItem MissingItem(ModelSettings model, PlannedModel plan, string context, DateTime began)
    {
        var item = new TaskItem(ItemText.Escape(plan.Include));
        for (int i = 0; i < model.Names.Length; i++)
        {
            item.SetMetadata(model.Names[i], ItemText.Escape(model.Values[i]));
        }

        item.SetMetadata(PlanItem.Missing, "true");
        item.SetMetadata(PlanItem.Name, ItemText.Escape(plan.Name));
        item.SetMetadata(PlanItem.Key, plan.Key);
        item.SetMetadata(PlanItem.Folder, ItemText.Escape(plan.Folder));
        item.SetMetadata(PlanItem.Files, ItemText.Escape(string.Join("|", plan.Files)));
        item.SetMetadata(PlanItem.DefiningProject, ItemText.Escape(model.DefiningProject));
        if (plan.LimitsPending)
        {
            item.SetMetadata(PlanItem.Context, ItemText.Escape(context));
            item.SetMetadata(PlanItem.Began, began.Ticks.ToString(CultureInfo.InvariantCulture));
        }

        return item;
    }

    private static ITaskItem[] InputItems(PlanMemo?[] memos) =>
        [.. memos.SelectMany(memo => memo?.Inputs() ?? []).Distinct(StringComparer.Ordinal).Select(input => new TaskItem(ItemText.Escape(input)))];
}
