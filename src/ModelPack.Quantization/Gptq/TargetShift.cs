using ModelPack.Quantization.LinearAlgebra;

namespace ModelPack.Quantization.Gptq;

/// <summary>
/// The weights that reproduce what the unquantized model produced, on the inputs of the quantized one: W* = W + shift (H + damping)^-1.
/// Quantizing W* with the same hessian minimizes the squared distance to that target.
/// </summary>
internal static class TargetShift
{
    /// <summary>Adds shift U^T U (in the factor's order) to Weights of <paramref name="block"/>; uses Scratch.</summary>
    /// <param name="block">Rows of weights.</param>
    /// <param name="input">Order and factor.</param>
    /// <param name="shift">[Rows, Columns] of the same rows.</param>
    public static void Apply(RowBlock block, GptqInput input, ReadOnlySpan<float> shift)
    {
        int columns = block.Columns;
        float[] solved = block.Scratch;
        for (int row = 0; row < block.Rows; row++)
        {
            for (int i = 0; i < columns; i++)
            {
                solved[(row * columns) + i] = shift[(row * columns) + input.Order[i]];
            }
        }

        TriangularProduct.ApplyInverse(block.View(solved), new MatrixView(input.Factor, columns, columns), 1);
        for (int row = 0; row < block.Rows; row++)
        {
            for (int i = 0; i < columns; i++)
            {
                block.Weights[(row * columns) + input.Order[i]] += solved[(row * columns) + i];
            }
        }
    }
}
