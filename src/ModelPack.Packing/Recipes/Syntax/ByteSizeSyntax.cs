using System.Globalization;

namespace ModelPack.Packing.Recipes.Syntax;

/// <summary>A number of bytes with an optional unit: KB, MB, GB are powers of 1000, KiB, MiB, GiB of 1024.</summary>
internal sealed class ByteSizeSyntax : ValueSyntax<long>
{
    // Longest first: "MiB" must not be read as a number that ends in "B".
    private static readonly (string Unit, long Bytes)[] Units =
    [
        ("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30),
        ("KB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000),
        ("B", 1),
    ];

    public override string Values => "a size such as 400MB, 1.5GB or 750MiB";

    public override bool TryParse(string text, out long value)
    {
        value = 0;
        (string Unit, long Bytes) unit = Array.Find(Units, unit => text.EndsWith(unit.Unit, StringComparison.OrdinalIgnoreCase));
        ReadOnlySpan<char> digits = text.AsSpan(0, text.Length - (unit.Unit?.Length ?? 0)).TrimEnd();
        if (!decimal.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal number)
            || number > long.MaxValue / (decimal)Math.Max(unit.Bytes, 1))
        {
            return false;
        }

        value = (long)(number * Math.Max(unit.Bytes, 1));
        return value > 0;
    }

    public override string Format(long value) => value.ToString(CultureInfo.InvariantCulture);
}
