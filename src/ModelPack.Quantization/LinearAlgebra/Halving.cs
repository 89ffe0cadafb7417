namespace ModelPack.Quantization.LinearAlgebra;

/// <summary>Where the recursive algorithms cut: by size alone, so that the order of sums does not depend on anything else.</summary>
internal static class Halving
{
    /// <summary>Size of the first half: about half, a multiple of <paramref name="leaf"/>; <paramref name="size"/> is above it.</summary>
    public static int First(int size, int leaf) => ((size / 2) + leaf - 1) / leaf * leaf;
}
