namespace ModelPack.Quantization.Gptq;

/// <summary>The order in which columns are quantized.</summary>
internal static class ActivationOrder
{
    /// <summary>Columns by falling diagonal, equal ones from left to right.</summary>
    public static int[] ByDiagonal(ReadOnlySpan<float> hessian, int columns)
    {
        var keys = new (float Negative, int Column)[columns];
        for (int i = 0; i < columns; i++)
        {
            keys[i] = (-hessian[(i * columns) + i], i);
        }

        Array.Sort(keys);
        return Array.ConvertAll(keys, static key => key.Column);
    }

    /// <summary>From left to right.</summary>
    public static int[] LeftToRight(int columns)
    {
        var order = new int[columns];
        for (int i = 0; i < columns; i++)
        {
            order[i] = i;
        }

        return order;
    }

    /// <summary>Rows and columns of <paramref name="matrix"/> [columns, columns] in this order.</summary>
    public static void Permute(ReadOnlySpan<float> matrix, ReadOnlySpan<int> order, Span<float> permuted)
    {
        int columns = order.Length;
        for (int i = 0; i < columns; i++)
        {
            ReadOnlySpan<float> source = matrix.Slice(order[i] * columns, columns);
            Span<float> destination = permuted.Slice(i * columns, columns);
            for (int j = 0; j < columns; j++)
            {
                destination[j] = source[order[j]];
            }
        }
    }
}
