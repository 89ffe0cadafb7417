using ModelPack.Quantization.Gptq;

namespace ModelPack.Tests;

/// <summary>The least-squares scales of one row by elimination in double precision: what the product's refit must come close to.</summary>
internal static class LeastSquares
{
    /// <summary>min over s of (w - B s)^T H (w - B s).</summary>
    public static double Error(RowBlock block, float[] hessian, int row)
    {
        int groups = block.Groups, columns = block.Columns, size = block.Format.GroupSize;
        var system = new double[groups, groups + 1];
        double constant = 0;
        for (int i = 0; i < columns; i++)
        {
            double left = block.Levels[(row * columns) + i], weight = block.Weights[(row * columns) + i];
            for (int j = 0; j < columns; j++)
            {
                double entry = hessian[(i * columns) + j];
                system[i / size, j / size] += left * entry * block.Levels[(row * columns) + j];
                system[i / size, groups] += left * entry * block.Weights[(row * columns) + j];
                constant += weight * entry * block.Weights[(row * columns) + j];
            }
        }

        var right = new double[groups];
        for (int i = 0; i < groups; i++)
        {
            right[i] = system[i, groups];
        }

        for (int pivot = 0; pivot < groups; pivot++)
        {
            for (int i = 0; i < groups; i++)
            {
                double factor = i == pivot ? 0 : system[i, pivot] / system[pivot, pivot];
                for (int j = pivot; j <= groups && factor != 0; j++)
                {
                    system[i, j] -= factor * system[pivot, j];
                }
            }
        }

        for (int i = 0; i < groups; i++)
        {
            constant -= right[i] * system[i, groups] / system[i, i];
        }

        return constant;
    }
}
