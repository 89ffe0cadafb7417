using ModelPack.Quantization.LinearAlgebra;

namespace ModelPack.Quantization.Gptq;

/// <summary>
/// Scales that minimize the objective with the codes as they are: with levels l of group j as column j of B, min over s of (w - B s)^T H (w - B s), a
/// small linear system per row. Solved by relaxation from the present scales, rounded to float16 with the rest compensating, kept only where better.
/// </summary>
internal static class ScaleRefit
{
    private const int LargestSystems = 1 << 22;

    /// <summary>
    /// Changes Scales of <paramref name="block"/>. Product must hold (weights - values) H and does not fit the new scales afterwards; uses Scratch.
    /// </summary>
    /// <returns>Rows whose scales changed.</returns>
    public static int Run(RowBlock block, float[] hessian)
    {
        int groups = block.Groups, atOnce = Math.Clamp(LargestSystems / (groups * groups), 1, block.Rows), changed = 0;
        var systems = new float[atOnce * groups * groups];
        var solver = new ScaleSolver(groups);
        for (int first = 0; first < block.Rows; first += atOnce)
        {
            int rows = Math.Min(atOnce, block.Rows - first);
            Systems(block, hessian, first, rows, systems);
            for (int row = 0; row < rows; row++)
            {
                int index = first + row;
                Span<float> scales = block.Scales.AsSpan(index * groups, groups);
                Gradient(block, index, solver.Residual);
                changed += solver.Improve(systems.AsSpan(row * groups * groups, groups * groups), scales) ? 1 : 0;
            }
        }

        return changed;
    }

    /// <summary>B^T H B of each row: by one product of a group's levels with its rows of H for all rows at once.</summary>
    private static void Systems(RowBlock block, float[] hessian, int firstRow, int rows, float[] systems)
    {
        int columns = block.Columns, groups = block.Groups;
        for (int group = 0; group < groups; group++)
        {
            int start = group * block.Format.GroupSize, length = block.GroupEnd(group) - start, rest = columns - start;
            for (int row = firstRow; row < firstRow + rows; row++)
            {
                block.Scratch.AsSpan((row * columns) + start, rest).Clear();
            }

            MatrixProduct.Add(
                new MatrixView(block.Levels, (firstRow * columns) + start, rows, length, columns), false,
                new MatrixView(hessian, (start * columns) + start, length, rest, columns), false,
                1, new MatrixView(block.Scratch, (firstRow * columns) + start, rows, rest, columns), 1);
            for (int row = 0; row < rows; row++)
            {
                Span<float> system = systems.AsSpan(row * groups * groups, groups * groups);
                ReadOnlySpan<float> levels = block.Levels.AsSpan((firstRow + row) * columns, columns);
                ReadOnlySpan<float> product = block.Scratch.AsSpan((firstRow + row) * columns, columns);
                for (int other = group; other < groups; other++)
                {
                    int from = other * block.Format.GroupSize, to = block.GroupEnd(other);
                    float sum = Sums.Dot(levels[from..to], product[from..to]);
                    system[(group * groups) + other] = sum;
                    system[(other * groups) + group] = sum;
                }
            }
        }
    }

    /// <summary>B^T H (w - B s) at the present scales.</summary>
    private static void Gradient(RowBlock block, int row, Span<float> gradient)
    {
        ReadOnlySpan<float> levels = block.Levels.AsSpan(row * block.Columns, block.Columns);
        ReadOnlySpan<float> product = block.Product.AsSpan(row * block.Columns, block.Columns);
        for (int group = 0; group < gradient.Length; group++)
        {
            int from = group * block.Format.GroupSize, to = block.GroupEnd(group);
            gradient[group] = Sums.Dot(levels[from..to], product[from..to]);
        }
    }
}
