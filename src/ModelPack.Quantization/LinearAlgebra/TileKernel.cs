using System.Runtime.Intrinsics;
using ModelPack.Quantization.Lanes;

namespace ModelPack.Quantization.LinearAlgebra;

/// <summary>
/// The innermost loops. Every implementation adds the products of one element in the same order, each rounded once,
/// so results have the same bits for every vector width. The loops are compiled with full optimization at once: a factorization is often
/// the first and only call of its size.
/// </summary>
internal abstract unsafe class TileKernel
{
    /// <summary>Rows of a register tile.</summary>
    public const int TileRows = 6;

    /// <summary>The widest kernel the processor has.</summary>
    public static TileKernel Default { get; } =
        Vector512.IsHardwareAccelerated ? new TileKernel<Lanes16, Vector512<float>>() :
        Vector256.IsHardwareAccelerated ? new TileKernel<Lanes8, Vector256<float>>() :
        Vector128.IsHardwareAccelerated ? new TileKernel<Lanes4, Vector128<float>>() :
        new TileKernel<Lanes1, float>();

    /// <summary>Columns of a register tile.</summary>
    public abstract int TileColumns { get; }

    /// <summary>Rows that <see cref="SolveLanes"/> solves at once.</summary>
    public abstract int SolveWidth { get; }

    /// <summary>
    /// Adds alpha * left * right to the block of <paramref name="place"/>. The left side is in panels of [depth, TileRows], the right side
    /// in panels of [depth, TileColumns], both filled up with zeros.
    /// </summary>
    public abstract void AddBlock(float* left, float* right, int depth, float alpha, BlockPlace place);

    /// <summary>
    /// x L^T = b for <see cref="SolveWidth"/> right-hand sides at once; <paramref name="values"/> is [order, SolveWidth], b on entry and x on return.
    /// <paramref name="triangle"/> is [order, order] with -L below the diagonal and L on it.
    /// </summary>
    public abstract void SolveLanes(float* values, float* triangle, int order);
}
