namespace ModelPack.Quantization.Gptq;

/// <summary>Codes without regard to other columns: what calibrated codes are compared with.</summary>
internal static class NearestCodes
{
    /// <summary>Levels nearest to the weights, given the scales and zero points of <paramref name="block"/>.</summary>
    public static void Choose(RowBlock block)
    {
        for (int i = 0; i < block.Levels.Length; i++)
        {
            (int row, int column) = Math.DivRem(i, block.Columns);
            int group = (row * block.Groups) + (column / block.Format.GroupSize);
            float low = -block.Zeros[group];
            block.Levels[i] = Math.Clamp(MathF.Round(block.Weights[i] / block.Scales[group]), low, low + block.Format.MaxCode);
        }
    }

    /// <summary>Scales and zero points, and if wanted levels, of <see cref="RoundToNearest"/>. Bits are 2, 4 or 8.</summary>
    public static void Copy(RowBlock block, ReadOnlySpan<float> importance, bool levels)
    {
        CodeFormat format = block.Format;
        var scheme = new QuantizationScheme(format.Bits, format.GroupSize, format.Symmetric);
        int codeBytes = scheme.CodeBytesPerRow(block.Columns), zeroBytes = scheme.ZeroPointBytesPerRow(block.Columns);
        var codes = new byte[block.Rows * codeBytes];
        var scales = new Half[block.Scales.Length];
        var zeroPoints = new byte[block.Rows * zeroBytes];
        RoundToNearest.QuantizeRows(block.Weights, block.Columns, scheme, importance, codes, scales, zeroPoints);
        for (int row = 0; row < block.Rows; row++)
        {
            for (int group = 0; group < block.Groups; group++)
            {
                int index = (row * block.Groups) + group;
                int zero = format.Symmetric ? format.MiddleCode : CodePacking.Unpack(zeroPoints.AsSpan(row * zeroBytes, zeroBytes), format.Bits, group);
                (block.Scales[index], block.Zeros[index]) = ((float)scales[index], zero);
                for (int column = group * format.GroupSize; levels && column < block.GroupEnd(group); column++)
                {
                    block.Levels[(row * block.Columns) + column] = CodePacking.Unpack(codes.AsSpan(row * codeBytes, codeBytes), format.Bits, column) - zero;
                }
            }
        }
    }
}
