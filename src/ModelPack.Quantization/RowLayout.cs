namespace ModelPack.Quantization;

/// <summary>Checks that spans hold the same number of whole rows.</summary>
internal static class RowLayout
{
    /// <summary>Rows in the spans of these lengths.</summary>
    /// <exception cref="ArgumentException">The lengths do not agree.</exception>
    public static int CountRows(QuantizationScheme scheme, int columns, int values, int codes, int scales, int zeroPoints)
    {
        ArgumentNullException.ThrowIfNull(scheme);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(columns);
        int rows = values / columns;
        Require(values, (long)rows * columns, "weights");
        Require(codes, (long)rows * scheme.CodeBytesPerRow(columns), "codes");
        Require(scales, (long)rows * scheme.GroupsPerRow(columns), "scales");
        Require(zeroPoints, (long)rows * scheme.ZeroPointBytesPerRow(columns), "zero points");
        return rows;
    }

    private static void Require(int actual, long expected, string what)
    {
        if (actual != expected)
        {
            throw new ArgumentException($"{actual} {what} were given where {expected} fit the rows.");
        }
    }
}
