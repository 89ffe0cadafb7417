using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ModelPack.Quantization.LinearAlgebra;

/// <summary>Small factors and inverses in double precision, rounded once when written back. Every operation is on one element: the same bits for every vector width.</summary>
internal static class TriangularLeaf
{
    /// <summary>Largest order.</summary>
    public const int Order = TriangularSolve.Leaf;

    /// <summary>Cholesky of the lower triangle in place; false when a pivot is not positive or not finite.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool TryFactor(Operand a)
    {
        int order = a.Rows;
        Span<double> upper = stackalloc double[Order * Order];
        for (int row = 0; row < order; row++)
        {
            ReadOnlySpan<float> values = Row(a, row);
            for (int column = 0; column < values.Length; column++)
            {
                upper[(column * Order) + row] = values[column];
            }
        }

        for (int k = 0; k < order; k++)
        {
            Span<double> pivotRow = upper.Slice(k * Order, order);
            double pivot = pivotRow[k];
            if (!(pivot > 0) || !double.IsFinite(pivot))
            {
                return false;
            }

            double root = Math.Sqrt(pivot);
            for (int j = k; j < order; j++)
            {
                pivotRow[j] /= root;
            }

            for (int i = k + 1; i < order; i++)
            {
                AddMultiple(upper.Slice((i * Order) + i, order - i), pivotRow[i..], -pivotRow[i]);
            }
        }

        for (int row = 0; row < order; row++)
        {
            Span<float> values = Row(a, row);
            for (int column = 0; column < values.Length; column++)
            {
                values[column] = (float)upper[(column * Order) + row];
            }
        }

        return true;
    }

    /// <summary>Inverse of the lower triangle in place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Invert(Operand lower)
    {
        int order = lower.Rows;
        Span<double> inverse = stackalloc double[Order * Order];
        inverse.Clear();
        for (int row = 0; row < order; row++)
        {
            ReadOnlySpan<float> values = Row(lower, row);
            Span<double> target = inverse.Slice(row * Order, row + 1);
            for (int k = 0; k < row; k++)
            {
                AddMultiple(target[..(k + 1)], inverse.Slice(k * Order, k + 1), -values[k]);
            }

            target[row] = 1;
            for (int column = 0; column <= row; column++)
            {
                target[column] /= values[row];
            }
        }

        for (int row = 0; row < order; row++)
        {
            Span<float> values = Row(lower, row);
            for (int column = 0; column < values.Length; column++)
            {
                values[column] = (float)inverse[(row * Order) + column];
            }
        }
    }

    /// <summary>target += factor * source, product and sum each rounded.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddMultiple(Span<double> target, ReadOnlySpan<double> source, double factor)
    {
        Span<Vector<double>> targets = MemoryMarshal.Cast<double, Vector<double>>(target);
        ReadOnlySpan<Vector<double>> sources = MemoryMarshal.Cast<double, Vector<double>>(source);
        for (int i = 0; i < targets.Length; i++)
        {
            targets[i] += sources[i] * factor;
        }

        for (int i = targets.Length * Vector<double>.Count; i < target.Length; i++)
        {
            target[i] += source[i] * factor;
        }
    }

    /// <summary>The row up to the diagonal.</summary>
    private static Span<float> Row(Operand a, int row) => a.Values.AsSpan(a.Offset + (row * a.RowStride), row + 1);
}
