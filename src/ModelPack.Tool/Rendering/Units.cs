using System.Globalization;
using ModelPack.Packing.Planning;

namespace ModelPack.Tool.Rendering;

/// <summary>Numbers as people read them.</summary>
internal static class Units
{
    /// <summary>Three significant digits and a decimal unit: 402 MB, 1.19 GB.</summary>
    public static string Bytes(double bytes) => ByteText.Of((long)bytes);

    /// <summary>1 min 12 s, 0.42 s, 2 h 5 min.</summary>
    public static string Duration(TimeSpan time) => time switch
    {
        { TotalSeconds: < 9.95 } => time.TotalSeconds.ToString("0.##", CultureInfo.InvariantCulture) + " s",
        { TotalSeconds: < 59.5 } => time.TotalSeconds.ToString("0", CultureInfo.InvariantCulture) + " s",
        { TotalSeconds: < 3599.5 } => Pair(Math.Round(time.TotalSeconds), 60, "min", "s"),
        _ => Pair(Math.Round(time.TotalMinutes), 60, "h", "min"),
    };

    private static string Pair(double small, double factor, string largeUnit, string smallUnit)
    {
        double large = Math.Floor(small / factor);
        double rest = small - (large * factor);
        return rest == 0 ? $"{large} {largeUnit}" : $"{large} {largeUnit} {rest} {smallUnit}";
    }
}
