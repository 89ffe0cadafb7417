using ModelPack.Quantization.LinearAlgebra;

namespace ModelPack.Quantization.Tests.LinearAlgebra;

/// <summary>W + s B A.</summary>
public class LowRankSumTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(3, 7, 2)]
    [InlineData(5, 16, 3)]
    [InlineData(2, 33, 8)]
    [InlineData(4, 63, 1)]
    [InlineData(7, 130, 5)]
    public void The_sum_is_that_of_the_scalar_twin_to_the_bit_and_that_of_double_precision_closely(int rows, int columns, int rank)
    {
        float[] left = Numbers(rows * rank, 1), right = Numbers(rank * columns, 2), matrix = Numbers(rows * columns, 3);
        float[] vector = [.. matrix], scalar = [.. matrix];
        LowRankSum.Add(left, right, rank, 0.75f, vector);
        LowRankSum.AddScalar(left, right, rank, 0.75f, scalar);

        Assert.Equal(scalar, vector);
        for (int i = 0; i < vector.Length; i++)
        {
            double sum = 0;
            for (int k = 0; k < rank; k++)
            {
                sum += (double)left[(i / columns * rank) + k] * right[(k * columns) + (i % columns)];
            }

            Assert.Equal(matrix[i] + (0.75 * sum), vector[i], 1e-6 * rank);
        }
    }

    private static float[] Numbers(int count, int seed) => [.. Enumerable.Range(0, count).Select(i => MathF.Cos((i * 1.7f) + seed))];
}
