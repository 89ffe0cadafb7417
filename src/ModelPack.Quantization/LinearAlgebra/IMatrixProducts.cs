namespace ModelPack.Quantization.LinearAlgebra;

/// <summary>Who computes the large products of calibration. Implementations are thread-safe; operands belong to the caller and are not kept.</summary>
public interface IMatrixProducts
{
    /// <summary>c += alpha op(a) op(b), where op transposes when its flag is set.</summary>
    /// <inheritdoc cref="MatrixProduct.Add(MatrixView, bool, MatrixView, bool, float, MatrixView, int)"/>
    void Add(MatrixView a, bool transposeA, MatrixView b, bool transposeB, float alpha, MatrixView c, int threads);

    /// <summary>Adds alpha x^T x to the upper triangle, the diagonal included; what elements below it hold afterwards is undefined.</summary>
    /// <param name="x">[T, K].</param>
    /// <param name="alpha">Factor of the product.</param>
    /// <param name="h">[K, K], written; must not overlap x.</param>
    /// <param name="threads">Threads to use, at least 1.</param>
    void AddGram(MatrixView x, float alpha, MatrixView h, int threads);
}
