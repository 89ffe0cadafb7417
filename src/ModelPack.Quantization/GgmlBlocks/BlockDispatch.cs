using ModelPack.Quantization.Lanes;

namespace ModelPack.Quantization.GgmlBlocks;

/// <summary>From a format to the kernels made for it.</summary>
internal static class BlockDispatch<TLanes, TVector>
    where TLanes : ILanes<TVector>
    where TVector : struct
{
    /// <summary>Arguments as <see cref="BlockEncoder.Encode"/> checked them.</summary>
    public static void Run(BlockShape shape, ReadOnlySpan<float> values, ReadOnlySpan<float> importance, BlockFields output)
    {
        if (importance.IsEmpty)
        {
            Run<Weighting.None>(shape, values, importance, output);
        }
        else
        {
            Run<Weighting.ByImportance>(shape, values, importance, output);
        }
    }

    private static void Run<TWeighting>(BlockShape shape, ReadOnlySpan<float> values, ReadOnlySpan<float> importance, BlockFields output)
        where TWeighting : IWeighting
    {
        if (shape.HasMinimums)
        {
            RangedBlocks<TLanes, TVector, TWeighting>.Run(shape, values, importance, output);
        }
        else if (shape.Format is BlockFormat.IQ4_NL or BlockFormat.IQ4_XS)
        {
            ScaledBlocks<TLanes, TVector, TableLevels, TWeighting>.Run(shape, default, values, importance, output);
        }
        else
        {
            // ggml's own Q8_0 has no code for -128 either, and its products rely on that.
            float middle = 1 << (shape.CodeBits - 1), low = shape.CodeBits == 8 ? 1 - middle : -middle;
            ScaledBlocks<TLanes, TVector, UniformLevels, TWeighting>.Run(shape, new UniformLevels(low, middle - 1, middle), values, importance, output);
        }
    }
}
