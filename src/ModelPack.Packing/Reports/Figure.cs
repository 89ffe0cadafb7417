using System.Globalization;
using ModelPack.Packing.Planning;

namespace ModelPack.Packing.Reports;

/// <summary>Numbers as a report shows them.</summary>
internal static class Figure
{
    /// <summary>Four significant digits.</summary>
    public static string Of(double value) => value.ToString("G4", CultureInfo.InvariantCulture);

    /// <summary>A share as a percentage of three significant digits.</summary>
    public static string Percent(double share) => (100 * share).ToString("G3", CultureInfo.InvariantCulture) + "\u00a0%";

    /// <summary>Bits by value: at most two decimals.</summary>
    public static string Bits(double bits) => bits.ToString("0.##", CultureInfo.InvariantCulture);

    /// <summary>A size with its unit.</summary>
    public static string Bytes(long bytes) => ByteText.Of(bytes).Replace(' ', '\u00a0');

    /// <summary>A count with its thousands apart.</summary>
    public static string Count(long value) => value.ToString("#,0", CultureInfo.InvariantCulture).Replace(',', '\u202f');
}
