using System.CommandLine.Parsing;
using System.Globalization;

namespace ModelPack.Tool.CommandLine;

/// <summary>Checks of option values, worded once.</summary>
internal static class Validation
{
    /// <summary>A whole number in a range.</summary>
    public static Action<OptionResult> Between(int least, int most) => result =>
    {
        if (result.Tokens is [var token]
            && !(int.TryParse(token.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) && value >= least && value <= most))
        {
            result.AddError($"{result.Option.Name} is '{token.Value}'; allowed: a whole number from {least} to {most}");
        }
    };

    /// <summary>A decimal number in a range.</summary>
    public static Action<OptionResult> Between(double least, double most) => result =>
    {
        if (result.Tokens is [var token]
            && !(double.TryParse(token.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value >= least && value <= most))
        {
            result.AddError($"{result.Option.Name} is '{token.Value}'; allowed: a number from {least} to {most}");
        }
    };

    /// <summary>One of some names, whatever their case.</summary>
    public static Action<OptionResult> OneOf(string[] names) => result =>
    {
        if (result.Tokens is [var token] && !names.Contains(token.Value, StringComparer.OrdinalIgnoreCase))
        {
            result.AddError($"{result.Option.Name} is '{token.Value}'; allowed: {string.Join(", ", names)}");
        }
    };
}
