using ModelPack.Quantization.Lanes;

namespace ModelPack.Quantization.Gptq;

/// <summary>Static scales and zero points: every group of a row block by itself, before any code is chosen.</summary>
internal static class GroupScales
{
    /// <summary>Fills Scales and Zeros of <paramref name="block"/> from its Weights.</summary>
    /// <param name="block">Rows of weights.</param>
    /// <param name="rule">How.</param>
    /// <param name="importance">[Columns]: what each input's squared error counts; empty: all the same.</param>
    public static void Choose<TLanes, TVector>(RowBlock block, ScaleRule rule, ReadOnlySpan<float> importance)
        where TLanes : ILanes<TVector>
        where TVector : struct
    {
        switch (rule)
        {
            case ScaleRule.RoundToNearest when block.Format.Bits is 2 or 4 or 8:
                NearestCodes.Copy(block, importance, levels: false);
                break;
            case ScaleRule.Range:
                RangeScales.Choose(block, signed: false);
                break;
            case ScaleRule.SignedMaximum:
                RangeScales.Choose(block, signed: true);
                break;
            default:
                SearchedScales.Choose<TLanes, TVector>(block, importance);
                break;
        }
    }
}
