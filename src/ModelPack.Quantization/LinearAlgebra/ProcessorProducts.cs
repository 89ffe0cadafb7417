namespace ModelPack.Quantization.LinearAlgebra;

/// <summary>The products of this library: the same bits for every number of threads and every vector width.</summary>
public sealed class ProcessorProducts : IMatrixProducts
{
    private ProcessorProducts()
    {
    }

    /// <summary>The only one.</summary>
    public static ProcessorProducts Instance { get; } = new();

    /// <inheritdoc/>
    public void Add(MatrixView a, bool transposeA, MatrixView b, bool transposeB, float alpha, MatrixView c, int threads) =>
        MatrixProduct.Add(a, transposeA, b, transposeB, alpha, c, threads);

    /// <inheritdoc/>
    public void AddGram(MatrixView x, float alpha, MatrixView h, int threads) => GramMatrix.Add(x, alpha, h, threads);
}
