using System.Globalization;

namespace ModelPack.Packing.Manifests;

/// <summary>Rounds measured numbers for a manifest: more digits than anyone reads would only show the order in which a runtime adds.</summary>
internal static class ManifestNumber
{
    /// <summary>The same for a number that may be absent.</summary>
    public static double? Round(double? value, int digits = 3) => value is { } number ? Round(number, digits) : null;

    /// <summary>The value with this many significant digits; 0 for what is no number.</summary>
    public static double Round(double value, int digits = 3) => value == 0 || !double.IsFinite(value)
        ? 0
        : double.Parse(value.ToString("e" + (digits - 1), CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
