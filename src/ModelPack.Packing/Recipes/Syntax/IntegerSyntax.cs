using System.Globalization;

namespace ModelPack.Packing.Recipes.Syntax;

/// <summary>A whole number within a range.</summary>
internal sealed class IntegerSyntax(int least, int most) : ValueSyntax<int>
{
    public override string Values => $"a whole number from {least} to {most}";

    public override bool TryParse(string text, out int value) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value >= least && value <= most;

    public override string Format(int value) => value.ToString(CultureInfo.InvariantCulture);
}
