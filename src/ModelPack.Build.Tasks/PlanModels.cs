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
    private static readonly Version FirstWithIfDifferent = new(17, 13);
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

    /// <summary>Version of MSBuild, for the one thing that old versions cannot do.</summary>
    public string MSBuildVersion { get; set; } = "";

    /// <summary>One item a model: settings, name, key, folder, and whether files are missing in the store.</summary>
    [Output]
    public ITaskItem[] Plan { get; private set; } = [];

    /// <summary>The packed files in the store, with the metadata that makes MSBuild copy them.</summary>
    [Output]
    public ITaskItem[] Files { get; private set; } = [];

    /// <summary>The source files.</summary>
    [Output]
    public ITaskItem[] Inputs { get; private set; } = [];

    /// <inheritdoc/>
    public override bool Execute()
    {
        if (Version.TryParse(MSBuildVersion, out Version? version) && version < FirstWithIfDifferent)
        {
            Error(BuildErrors.MSBuildTooOld, "", $"MSBuild {version} cannot copy packed models (CopyToOutputDirectory=\"IfDifferent\"); build with the .NET 10 SDK or later.");
            return false;
        }

        string projectDirectory = Path.GetDirectoryName(ProjectFile) ?? "";
        string context = DesignTime ? "" : PlanMemo.Context(ToolAssembly, StoreContext + "\n" + CacheDirectory);
        var settings = new ModelSettings[Models.Length];
        var canonical = new string[Models.Length];
        var memos = new string[Models.Length];
        var plans = new PlannedModel?[Models.Length];
        int known = 0;
        for (int i = 0; i < Models.Length; i++)
        {
            settings[i] = ModelSettings.FromItem(Models[i]);
            canonical[i] = settings[i].Canonical(projectDirectory);
            memos[i] = PlanMemo.PathFor(StateDirectory, settings[i], canonical[i]);
            plans[i] = Remembered(settings[i], canonical[i], ref memos[i], context);
            known += plans[i] is null ? 0 : 1;
        }

        if (known < plans.Length && !DesignTime && !Ask(settings, canonical, memos, plans, context))
        {
            return false;
        }

        return Describe(settings, memos, plans);
    }

    private PlannedModel? Remembered(ModelSettings model, string canonical, ref string path, string context)
    {
        PlanMemo? memo = PlanMemo.Read(path, canonical);
        if (DesignTime)
        {
            memo ??= PlanMemo.ReadLatest(StateDirectory, model);
        }
        else if (Building && memo is not null && !memo.Holds(context))
        {
            memo = null;
        }

        path = memo?.FilePath ?? path;
        return memo?.Plan(model.Include);
    }

    private bool Ask(ModelSettings[] settings, string[] canonical, string[] memos, PlannedModel?[] plans, string context)
    {
        DateTime began = DateTime.UtcNow;
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
            PlanMemo.Write(memos[model], canonical[model], context, results[i], began);
            if (results[i].Cached && results[i].Summary.Length > 0)
            {
                Log.LogMessage(MessageImportance.High, "{0}", results[i].Summary);
            }
        }

        return true;
    }

    private bool Describe(ModelSettings[] settings, string[] memos, PlannedModel?[] plans)
    {
        var planItems = new List<ITaskItem>(plans.Length);
        var files = new List<ITaskItem>(plans.Length * 10);
        var inputs = new List<ITaskItem>(plans.Length * 10);
        var byName = new Dictionary<string, PlannedModel>(plans.Length, StringComparer.OrdinalIgnoreCase);
        for (int i = 0; i < plans.Length; i++)
        {
            if (plans[i] is not { } plan)
            {
                continue;
            }

            if (byName.TryGetValue(plan.Name, out PlannedModel? other))
            {
                if (other.Key != plan.Key)
                {
                    Error(
                        BuildErrors.NameUsedTwice,
                        settings[i].DefiningProject,
                        $"Two QuantizedModel items have the name '{plan.Name}' and different results: '{other.Include}' and '{plan.Include}'. Give one of them another Name.");
                }

                continue;
            }

            byName.Add(plan.Name, plan);
            bool missing = AddFiles(Models[i], plan, files);
            foreach (string input in plan.Inputs)
            {
                inputs.Add(new TaskItem(Escape(input)));
            }

            planItems.Add(PlanItemFor(settings[i], plan, memos[i], missing));
            if (missing && !WillQuantize && !DesignTime)
            {
                Error(
                    BuildErrors.NotBuilt,
                    settings[i].DefiningProject,
                    $"The model '{plan.Name}' is not packed and this command does not build; run 'dotnet build' on '{ProjectFile}' first.");
            }
        }

        Plan = [.. planItems];
        Files = [.. files];
        Inputs = [.. inputs];
        return !Log.HasLoggedErrors;
    }

    private bool AddFiles(ITaskItem model, PlannedModel plan, List<ITaskItem> files)
    {
        bool missing = false;
        foreach (string file in plan.Files)
        {
            string path = Path.Combine(plan.Folder, file);
            missing = missing || (!DesignTime && !File.Exists(path));
            string target = "models/" + plan.Name + "/" + file;
            var item = new TaskItem(Escape(path));
            item.SetMetadata("TargetPath", Escape(target));
            item.SetMetadata("Link", Escape(target));
            item.SetMetadata("Visible", "false");
            item.SetMetadata("Pack", "false");
            item.SetMetadata(PlanItem.Pack, model.GetMetadata("Pack"));
            item.SetMetadata(PlanItem.Name, Escape(plan.Name));
            foreach (string name in CopyMetadata)
            {
                item.SetMetadata(name, model.GetMetadata(name));
            }

            files.Add(item);
        }

        return missing;
    }

    private static TaskItem PlanItemFor(ModelSettings model, PlannedModel plan, string memo, bool missing)
    {
        var item = new TaskItem(Escape(model.Include));
        for (int i = 0; i < model.Names.Length; i++)
        {
            item.SetMetadata(model.Names[i], Escape(model.Values[i]));
        }

        item.SetMetadata(PlanItem.Name, Escape(plan.Name));
        item.SetMetadata(PlanItem.Key, plan.Key);
        item.SetMetadata(PlanItem.Folder, Escape(plan.Folder));
        item.SetMetadata(PlanItem.Files, Escape(string.Join("|", plan.Files)));
        item.SetMetadata(PlanItem.Missing, missing ? "true" : "false");
        item.SetMetadata(PlanItem.DefiningProject, Escape(model.DefiningProject));
        item.SetMetadata(PlanItem.Memo, Escape(memo));
        return item;
    }

    private static string Escape(string text) => ItemText.Escape(text);
}
