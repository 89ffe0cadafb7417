namespace ModelPack.Packing.Tests.OnnxModels;

/// <summary>
/// Numbers that neither 4-bit weights in groups of 32 nor 8-bit activations round: what a packed model computes from them is what the float
/// model computes, but for the order of sums.
/// </summary>
internal static class ExactNumbers
{
    private const int Group = 32;

    /// <summary>Weights -8 to 7 times an eighth; both ends in each group.</summary>
    /// <param name="outputs">Rows, along whose columns groups lie.</param>
    /// <param name="inputs">Columns.</param>
    /// <param name="seed">Seed.</param>
    public static float[] Weights(int outputs, int inputs, int seed) => Numbers(outputs, inputs, seed, -8, 7, 0.125f);

    /// <summary>Whole numbers -127 to 127; the end in each group.</summary>
    public static float[] Activations(int rows, int columns, int seed) => Numbers(rows, columns, seed, -127, 127, 1);

    /// <summary>The same matrix with rows and columns exchanged.</summary>
    public static float[] Transposed(float[] matrix, int rows, int columns)
    {
        var transposed = new float[matrix.Length];
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                transposed[(column * rows) + row] = matrix[(row * columns) + column];
            }
        }

        return transposed;
    }

    private static float[] Numbers(int rows, int columns, int seed, int least, int most, float step)
    {
        var random = new Random(seed);
        var values = new float[rows * columns];
        for (int row = 0; row < rows; row++)
        {
            for (int start = 0; start < columns; start += Group)
            {
                Span<float> group = values.AsSpan((row * columns) + start, Math.Min(Group, columns - start));
                for (int i = 0; i < group.Length; i++)
                {
                    group[i] = step * random.Next(least, most + 1);
                }

                group[0] = step * least;
                group[^1] = step * most;
            }
        }

        return values;
    }
}
