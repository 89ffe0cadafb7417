using System.Text.RegularExpressions;
using ModelPack.Packing.Architectures.Configuration;

namespace ModelPack.Packing.Adapters;

/// <summary>The patterns that adapter_config.json names modules by, matched as PEFT matches them.</summary>
internal static class ModulePattern
{
    // Names are short; a pattern that takes longer has been written to take long.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);

    /// <summary>True when an entry of a list names a module: all of its name, or its last parts.</summary>
    public static bool IsNamed(string entry, string module) =>
        module == entry || (module.Length > entry.Length && module.EndsWith(entry, StringComparison.Ordinal) && module[^(entry.Length + 1)] == '.');

    /// <summary>True when a regular expression describes the whole name.</summary>
    public static bool Describes(ModelConfig config, string field, string expression, string module) => Match(config, field, $"^(?:{expression})$", module).Success;

    /// <summary>True when a key of rank_pattern or alpha_pattern, a regular expression, describes a module's name or its last parts.</summary>
    public static bool DescribesEnd(ModelConfig config, string field, string expression, string module) => Match(config, field, $@"^(?:.*\.)?(?:{expression})$", module).Success;

    /// <summary>The layer in a module's name, behind a part that an expression describes; null: there is none.</summary>
    public static int? Layer(ModelConfig config, string field, string expression, string module) =>
        Match(config, field, $@"^.*\.{expression}\.(\d+)\.", module) is { Success: true } match && int.TryParse(match.Groups[^1].Value, out int layer) ? layer : null;

    private static Match Match(ModelConfig config, string field, string expression, string module)
    {
        try
        {
            return Regex.Match(module, expression, RegexOptions.CultureInvariant, Longest);
        }
        catch (Exception e) when (e is ArgumentException or RegexMatchTimeoutException)
        {
            throw config.Error(AdapterErrors.Unsupported, field, $"holds a regular expression that cannot be used ({e.Message.TrimEnd('.')}); list the names of the modules instead");
        }
    }
}
