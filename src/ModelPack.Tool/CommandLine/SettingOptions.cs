using System.CommandLine;
using ModelPack.Packing.Recipes;

namespace ModelPack.Tool.CommandLine;

/// <summary>The settings of a recipe as options, straight from the table.</summary>
internal sealed class SettingOptions
{
    private readonly List<(SettingDefinition Setting, Option Option)> _options = [];

    public SettingOptions(Command command)
    {
        foreach (SettingDefinition setting in SettingTable.All)
        {
            Option option = setting.IsFlag
                ? new Option<bool>(setting.OptionName)
                : new Option<string[]>(setting.OptionName) { HelpName = setting.IsPath ? "FILE" : "VALUE", Arity = ArgumentArity.OneOrMore };
            option.Description = Describe(setting);
            command.Add(option);
            _options.Add((setting, option));
        }
    }

    /// <summary>The recipe that the command line describes.</summary>
    /// <exception cref="ModelPackException">A value is not allowed (MPK13nn).</exception>
    public Recipe Read(ParseResult result)
    {
        var settings = new List<KeyValuePair<string, string>>();
        foreach ((SettingDefinition setting, Option option) in _options)
        {
            switch (option)
            {
                case Option<bool> flag when result.GetResult(flag) is { Implicit: false }:
                    settings.Add(KeyValuePair.Create(setting.Name, result.GetValue(flag) ? "true" : "false"));
                    break;
                case Option<string[]> texts when result.GetResult(texts) is { Implicit: false }:
                    string[] values = result.GetValue(texts)!;
                    settings.AddRange((setting.IsList ? [string.Join(';', values)] : values)
                        .Select(value => KeyValuePair.Create(setting.Name, value)));
                    break;
            }
        }

        return Recipe.Parse(settings);
    }

    private static string Describe(SettingDefinition setting)
    {
        string values = setting.IsAvailable ? $"Values: {setting.Values}." : "Not available in this version.";
        string later = setting is { IsAvailable: true, LaterValues: { Count: > 0 } names }
            ? $" Not yet: {string.Join(", ", names)}."
            : "";
        string byDefault = setting is { IsAvailable: true, Default: { Length: > 0 } text } ? $" Default: {text}." : "";
        return $"{setting.Meaning} {values}{later}{byDefault}";
    }
}
