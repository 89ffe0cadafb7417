using System.Globalization;

namespace ModelPack.Packing.Recipes.Syntax;

/// <summary>A decimal number within a range; with a percent sign it is a hundredth where that is allowed.</summary>
internal sealed class NumberSyntax(decimal least, decimal most, bool percent = false) : ValueSyntax<decimal>
{
    public override string Values => percent
        ? $"a percentage from {least * 100:0.##}% to {most * 100:0.##}%, or the same as a fraction"
        : $"a number from {Format(least)} to {Format(most)}";

    public override bool TryParse(string text, out decimal value)
    {
        bool hundredths = percent && text.EndsWith('%');
        ReadOnlySpan<char> digits = hundredths ? text.AsSpan(0, text.Length - 1).TrimEnd() : text;
        if (!decimal.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value))
        {
            return false;
        }

        value = hundredths ? value / 100 : value;
        return value >= least && value <= most;
    }

    public override string Format(decimal value) => value.ToString("0.############################", CultureInfo.InvariantCulture);
}
