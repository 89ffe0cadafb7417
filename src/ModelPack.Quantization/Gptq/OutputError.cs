using ModelPack.Quantization.LinearAlgebra;

namespace ModelPack.Quantization.Gptq;

/// <summary>The objective tr(D H D^T) of D = weights - values, and D H, which every step after the sweep needs.</summary>
internal static class OutputError
{
    private const int ColumnsAtOnce = 512;

    /// <summary>Fills Product of <paramref name="block"/> and returns the error of each row; uses Scratch for D.</summary>
    public static void Measure(RowBlock block, float[] hessian, IMatrixProducts products, Span<double> rowErrors)
    {
        Differences(block, block.Scratch);
        Array.Clear(block.Product);
        products.Add(block.View(block.Scratch), false, new MatrixView(hessian, block.Columns, block.Columns), false, 1, block.View(block.Product), 1);
        SumRows(block, rowErrors);
    }

    /// <summary>
    /// The error of each row alone, with half the arithmetic of <see cref="Measure"/>: the hessian is symmetric, so a block of columns needs what comes
    /// behind it only, twice. Uses Scratch for D, and Product.
    /// </summary>
    public static void MeasureOnly(RowBlock block, float[] hessian, IMatrixProducts products, Span<double> rowErrors)
    {
        int columns = block.Columns;
        Differences(block, block.Scratch);
        Array.Clear(block.Product);
        for (int start = 0; start < columns; start += ColumnsAtOnce)
        {
            int length = Math.Min(ColumnsAtOnce, columns - start), next = start + length;
            var product = new MatrixView(block.Product, start, block.Rows, length, columns);
            products.Add(
                new MatrixView(block.Scratch, next, block.Rows, columns - next, columns), false,
                new MatrixView(hessian, (start * columns) + next, length, columns - next, columns), true, 2, product, 1);
            products.Add(
                new MatrixView(block.Scratch, start, block.Rows, length, columns), false,
                new MatrixView(hessian, (start * columns) + start, length, length, columns), false, 1, product, 1);
        }

        SumRows(block, rowErrors);
    }

    /// <summary>The error of each row from a Product that is up to date; uses Scratch for D.</summary>
    public static void Sum(RowBlock block, Span<double> rowErrors)
    {
        Differences(block, block.Scratch);
        SumRows(block, rowErrors);
    }

    /// <summary>Weights minus values, [Rows, Columns].</summary>
    public static void Differences(RowBlock block, Span<float> differences)
    {
        for (int row = 0; row < block.Rows; row++)
        {
            for (int group = 0; group < block.Groups; group++)
            {
                float scale = block.Scales[(row * block.Groups) + group];
                int end = (row * block.Columns) + block.GroupEnd(group);
                for (int i = (row * block.Columns) + (group * block.Format.GroupSize); i < end; i++)
                {
                    differences[i] = block.Weights[i] - (scale * block.Levels[i]);
                }
            }
        }
    }

    private static void SumRows(RowBlock block, Span<double> rowErrors)
    {
        for (int row = 0; row < block.Rows; row++)
        {
            rowErrors[row] = Dot(block.Scratch.AsSpan(row * block.Columns, block.Columns), block.Product.AsSpan(row * block.Columns, block.Columns));
        }
    }

    private static double Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
        {
            sum += (double)a[i] * b[i];
        }

        return sum;
    }
}
