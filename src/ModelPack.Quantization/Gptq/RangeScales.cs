namespace ModelPack.Quantization.Gptq;

/// <summary>Scales that span the whole range of a group.</summary>
internal static class RangeScales
{
    /// <summary>Fills Scales and Zeros of <paramref name="block"/>.</summary>
    /// <param name="block">Rows of weights.</param>
    /// <param name="signed">Symmetric only. True: the weight of largest magnitude becomes code 0; false: 2 max|w| / Q.</param>
    public static void Choose(RowBlock block, bool signed)
    {
        CodeFormat format = block.Format;
        for (int i = 0; i < block.Scales.Length; i++)
        {
            (int row, int group) = Math.DivRem(i, block.Groups);
            int start = group * format.GroupSize;
            var range = GroupRange.Of(block.Weights.AsSpan((row * block.Columns) + start, block.GroupEnd(group) - start));
            (block.Scales[i], block.Zeros[i]) = range.Empty ? (1, format.MiddleCode)
                : !format.Symmetric ? range.Asymmetric(1, format.MaxCode)
                : signed ? (StoredScale.Round(-(double)range.Peak / format.MiddleCode), format.MiddleCode)
                : (StoredScale.Round(2 * Math.Abs((double)range.Peak) / format.MaxCode), format.MiddleCode);
        }
    }
}
