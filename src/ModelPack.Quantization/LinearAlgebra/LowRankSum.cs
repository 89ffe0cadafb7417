using System.Numerics;

namespace ModelPack.Quantization.LinearAlgebra;

/// <summary>
/// W + s B A for rows of W, as LoRA merges it (Hu et al. 2021, section 4.1). Each element is summed over the rank in order, by
/// products and sums that are rounded one by one, so that it is the same for every width of vectors.
/// </summary>
public static class LowRankSum
{
    /// <summary>Adds to consecutive rows.</summary>
    /// <param name="left">B [rows, rank].</param>
    /// <param name="right">A [rank, columns].</param>
    /// <param name="rank">Rank, at least 1.</param>
    /// <param name="scale">s.</param>
    /// <param name="matrix">W [rows, columns], changed.</param>
    public static void Add(ReadOnlySpan<float> left, ReadOnlySpan<float> right, int rank, float scale, Span<float> matrix)
    {
        int columns = right.Length / rank;
        for (int row = 0; row < left.Length / rank; row++)
        {
            ReadOnlySpan<float> factors = left.Slice(row * rank, rank);
            Span<float> target = matrix.Slice(row * columns, columns);
            int column = 0;
            for (; column + Vector<float>.Count <= columns; column += Vector<float>.Count)
            {
                Vector<float> sum = Vector<float>.Zero;
                for (int k = 0; k < rank; k++)
                {
                    sum += factors[k] * new Vector<float>(right[((k * columns) + column)..]);
                }

                (new Vector<float>(target[column..]) + (scale * sum)).CopyTo(target[column..]);
            }

            AddScalar(factors, right, rank, scale, target, column);
        }
    }

    /// <summary>The same element by element: the reference for <see cref="Add"/>.</summary>
    /// <inheritdoc cref="Add"/>
    public static void AddScalar(ReadOnlySpan<float> left, ReadOnlySpan<float> right, int rank, float scale, Span<float> matrix)
    {
        int columns = right.Length / rank;
        for (int row = 0; row < left.Length / rank; row++)
        {
            AddScalar(left.Slice(row * rank, rank), right, rank, scale, matrix.Slice(row * columns, columns), 0);
        }
    }

    private static void AddScalar(ReadOnlySpan<float> factors, ReadOnlySpan<float> right, int rank, float scale, Span<float> target, int column)
    {
        for (; column < target.Length; column++)
        {
            float sum = 0;
            for (int k = 0; k < rank; k++)
            {
                sum += factors[k] * right[(k * target.Length) + column];
            }

            target[column] += scale * sum;
        }
    }
}
