using System.Collections;
using System.Text;
using Microsoft.Build.Framework;

namespace ModelPack.Build;

/// <summary>One <c>&lt;QuantizedModel&gt;</c> item as the tool sees it: source, settings and the project that declares it.</summary>
internal sealed class ModelSettings
{
    // Metadata that belongs to MSBuild, NuGet or the copy of the packed files. Everything else is a setting: names that are
    // none are for the tool to refuse, because it knows the table of settings and the nearest name. Sorted.
    private static readonly string[] NotSettings =
    [
        "BuildAction", "CopyToOutputDirectory", "CopyToPublishDirectory", "CustomToolNamespace", "DependentUpon", "ExcludeFromSingleFile",
        "Generator", "InProject", "LastGenOutput", "Link", "LinkBase", "MSBuildSourceProjectFile", "MSBuildSourceTargetName",
        "OriginalItemSpec", "Pack", "PackageCopyToOutput", "PackagePath", "Private", "PublishState", "SubType", "TargetPath", "Visible",
    ];

    private const string OwnPrefix = "ModelPack";

    private ModelSettings(string include, string definingProject, string[] names, string[] values)
    {
        Include = include;
        DefiningProject = definingProject;
        Names = names;
        Values = values;
    }

    /// <summary>Full path of the source, without a trailing separator.</summary>
    public string Include { get; }

    /// <summary>Full path of the project file that declares the item: where errors point.</summary>
    public string DefiningProject { get; }

    /// <summary>Names of the settings that have a value, sorted without regard to case.</summary>
    public string[] Names { get; }

    /// <summary>Value of each setting in <see cref="Names"/>.</summary>
    public string[] Values { get; }

    /// <summary>Reads an item of the project.</summary>
    public static ModelSettings FromItem(ITaskItem item) =>
        From(item, item.GetMetadata("FullPath"), item.GetMetadata("DefiningProjectFullPath"));

    /// <summary>Reads an item that <see cref="PlanModels"/> made.</summary>
    public static ModelSettings FromPlan(ITaskItem plan) =>
        From(plan, plan.ItemSpec, plan.GetMetadata(PlanItem.DefiningProject));

    /// <summary>Everything that decides the plan of this item, as one line: the memo is found by it.</summary>
    public string Canonical(string projectDirectory)
    {
        var text = new StringBuilder(256).Append(projectDirectory).Append('\n').Append(Include);
        for (int i = 0; i < Names.Length; i++)
        {
            text.Append('\n').Append(Names[i].ToUpperInvariant()).Append('=').Append(Values[i]);
        }

        return Line.Escape(text.ToString());
    }

    private static ModelSettings From(ITaskItem item, string include, string definingProject)
    {
        IDictionary metadata = item.CloneCustomMetadata();
        var names = new List<string>(metadata.Count);
        var values = new List<string>(metadata.Count);
        foreach (object key in metadata.Keys)
        {
            var name = (string)key;
            if (metadata[key] is string { Length: > 0 } value
                && !name.StartsWith(OwnPrefix, StringComparison.OrdinalIgnoreCase)
                && Array.BinarySearch(NotSettings, name, StringComparer.OrdinalIgnoreCase) < 0)
            {
                names.Add(name);
                values.Add(value);
            }
        }

        string[] sortedNames = names.ToArray();
        string[] sortedValues = values.ToArray();
        Array.Sort(sortedNames, sortedValues, StringComparer.OrdinalIgnoreCase);
        return new ModelSettings(TrimSeparator(include), definingProject, sortedNames, sortedValues);
    }

    private static string TrimSeparator(string path)
    {
        string trimmed = path.TrimEnd(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar);
        return trimmed.Length == 0 ? path : trimmed;
    }
}
