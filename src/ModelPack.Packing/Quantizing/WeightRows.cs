namespace ModelPack.Packing.Quantizing;

/// <summary>Weights as whole matrices, for what cannot work row by row.</summary>
internal static class WeightRows
{
    /// <summary>Reads a weight.</summary>
    /// <returns>[Rows, Columns].</returns>
    /// <exception cref="ModelPackException">MPK1406: the weight holds NaN or an infinity.</exception>
    public static float[] ReadAll(this IWeightRows rows)
    {
        var values = new float[checked(rows.Rows * rows.Columns)];
        rows.Read(0, rows.Rows, values);
        rows.Release();
        FiniteRows.Require(rows.Name, rows.File, rows.Columns, 0, values);
        return values;
    }
}
