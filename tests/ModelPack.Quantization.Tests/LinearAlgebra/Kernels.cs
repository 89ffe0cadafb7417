using System.Runtime.Intrinsics;
using ModelPack.Quantization.Lanes;
using ModelPack.Quantization.LinearAlgebra;

namespace ModelPack.Tests.LinearAlgebra;

/// <summary>The kernels of every vector width, on whatever processor the test runs: a width without hardware support is computed in parts.</summary>
internal static class Kernels
{
    public static TileKernel Scalar { get; } = new TileKernel<Lanes1, float>();

    public static TileKernel[] All { get; } =
    [
        Scalar,
        new TileKernel<Lanes4, Vector128<float>>(),
        new TileKernel<Lanes8, Vector256<float>>(),
        new TileKernel<Lanes16, Vector512<float>>(),
    ];
}
