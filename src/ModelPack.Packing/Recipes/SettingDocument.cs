using System.Text;

namespace ModelPack.Packing.Recipes;

/// <summary>Writes docs/settings.md from <see cref="SettingTable"/>.</summary>
public static class SettingDocument
{
    private const string Introduction = """
        # Settings

        This page is written by `dotnet modelpack settings` from the table in `src/ModelPack.Packing/Recipes/SettingTable.cs`; a test compares the two.

        A setting has one name in three spellings: MSBuild metadata of a `QuantizedModel` item, an option of `dotnet modelpack`, a member of a
        recipe file. Names and choices are read without regard to case, and an empty value is an absent setting. Item metadata and options win
        over the recipe file. Relative paths start from the project's folder, the current folder or the recipe's folder, in that order of spelling.

        ```xml
        <QuantizedModel Include="models/qwen3-0.6b" Bits="4" GroupSize="64" Override="*.down_proj.weight=8;lm_head.weight=none" />
        ```

        ```sh
        dotnet modelpack quantize models/qwen3-0.6b -o packed --bits 4 --group-size 64 --override "*.down_proj.weight=8"
        ```

        ```json
        { "bits": 4, "groupSize": 64, "override": ["*.down_proj.weight=8", "lm_head.weight=none"] }
        ```

        Everything below is known and checked. What is marked *later* is refused with MPK1303 until the feature behind it exists; it is never ignored.

        """;

    /// <summary>The page, lines ending in LF.</summary>
    public static string Write()
    {
        var page = new StringBuilder(Introduction.ReplaceLineEndings("\n"));
        page.Append("\n| setting | option | recipe | values | default | meaning |\n| --- | --- | --- | --- | --- | --- |\n");
        foreach (SettingDefinition setting in SettingTable.All)
        {
            string formats = setting.Formats.Contains(',') ? "" : $" (only {setting.Formats})";
            page.Append($"| {setting.Name} | `{setting.OptionName}` | `\"{setting.JsonName}\"` | {Values(setting)} | {Escape(setting.Default)} | {Escape(setting.Meaning)}{formats} |\n");
        }

        return page.ToString();
    }

    private static string Values(SettingDefinition setting)
    {
        string values = Escape(setting.Values);
        return !setting.IsAvailable ? values + " (*later*)"
            : setting.LaterValues.Count > 0 ? $"{values} (*later*: {string.Join(", ", setting.LaterValues)})"
            : values;
    }

    private static string Escape(string text) => text.Replace("|", "\\|").Replace("*", "\\*").Replace("<", "\\<");
}
