using System.Runtime.Intrinsics;
using ModelPack.Quantization.Lanes;
using ModelPack.Quantization.LinearAlgebra;

namespace ModelPack.Tests.LinearAlgebra;

/// <summary>The kernels of every vector width, on whatever processor the test runs: a width without hardware support is computed in parts.</summary>
internal static class Kernels
{
    public static TileKernel Scalar { get; } = new TileKernel<Lanes1, float>();

    /// <summary>Every kernel with some number of threads, and the processor's own with several.</summary>
    public static (TileKernel Kernel, int Threads)[] Runs { get; } =
    [
        (Scalar, 3),
        (new TileKernel<Lanes4, Vector128<float>>(), 5),
        (new TileKernel<Lanes8, Vector256<float>>(), 2),
        (new TileKernel<Lanes16, Vector512<float>>(), 1),
        .. new[] { 1, 2, 3, 5 }.Select(threads => (TileKernel.Default, threads)),
    ];
}
