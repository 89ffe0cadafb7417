using System.Text;

namespace ModelPack.Packing.Recipes;

/// <summary>
/// One setting: its name in each spelling, its values, its default and its meaning. Parsing, <c>--help</c>,
/// docs/settings.md and the key of the store come from here. Immutable, thread-safe.
/// </summary>
public abstract class SettingDefinition
{
    /// <summary>Only <see cref="SettingTable"/> defines settings.</summary>
    private protected SettingDefinition(string name, string values, string meaning)
    {
        Name = name;
        Values = values;
        Meaning = meaning;
        OptionName = Kebab(name);
        JsonName = char.ToLowerInvariant(name[0]) + name[1..];
    }

    /// <summary>The name as MSBuild metadata and in messages: <c>GroupSize</c>.</summary>
    public string Name { get; }

    /// <summary>The name on the command line: <c>--group-size</c>.</summary>
    public string OptionName { get; }

    /// <summary>The name in a recipe file: <c>groupSize</c>.</summary>
    public string JsonName { get; }

    /// <summary>The values that are allowed, in words.</summary>
    public string Values { get; }

    /// <summary>What the setting does, one sentence.</summary>
    public string Meaning { get; }

    /// <summary>What happens when the setting is absent: its default value or a few words; empty when nothing does.</summary>
    public string Default { get; internal init; } = "";

    /// <summary>The container formats that know the setting.</summary>
    public string Formats { get; internal init; } = "onnx, gguf";

    /// <summary>False while the feature behind the setting is not built: known, checked, and refused.</summary>
    public bool IsAvailable { get; internal init; } = true;

    /// <summary>The values that are known and refused because the feature behind them is not built; empty when all are.</summary>
    public abstract IReadOnlyList<string> LaterValues { get; }

    /// <summary>True when the value decides bytes of the packed model and so belongs to the key of the store.</summary>
    public bool DecidesOutput { get; internal init; } = true;

    /// <summary>True when the value is a path, relative to the file or folder that holds the setting.</summary>
    public bool IsPath { get; internal init; }

    /// <summary>True when the setting is a list whose entries a semicolon separates.</summary>
    public bool IsList { get; internal init; }

    /// <summary>True when the values are false and true: on the command line the name alone means true.</summary>
    public abstract bool IsFlag { get; }

    /// <summary>The recipe with this setting read from <paramref name="text"/>.</summary>
    /// <exception cref="ModelPackException">The text is not an allowed value (MPK1302, MPK1308).</exception>
    internal abstract Recipe Apply(Recipe recipe, string text);

    /// <summary>The canonical text of the setting in <paramref name="recipe"/>; null when it is absent.</summary>
    internal abstract string? Format(Recipe recipe);

    /// <summary>Why the value in <paramref name="recipe"/> is not possible in this version; null when it is.</summary>
    internal abstract string? Missing(Recipe recipe);

    private static string Kebab(string name)
    {
        var option = new StringBuilder("-");
        foreach (char letter in name)
        {
            option.Append(char.IsUpper(letter) ? "-" : "").Append(char.ToLowerInvariant(letter));
        }

        return option.ToString();
    }
}
