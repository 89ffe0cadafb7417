namespace ModelPack.Quantization.Offsets;

/// <summary>The nearest codes to weights whose scales and offsets are decided. Pure, thread-safe.</summary>
internal static class OffsetEncoding
{
    /// <summary>Writes the codes of one group: code = round((w - offset) / scale) + 2^(bits - 1), within its range.</summary>
    /// <param name="weights">Weights of the group; fewer than the group size in the last, partial group of a row.</param>
    /// <param name="scheme">Bits and group size.</param>
    /// <param name="scale">Stored scale, not 0.</param>
    /// <param name="offset">Stored offset.</param>
    /// <param name="codes">[GroupSize * Bits / 8], written.</param>
    public static void Encode(ReadOnlySpan<float> weights, QuantizationScheme scheme, Half scale, Half offset, Span<byte> codes)
    {
        codes.Clear();
        float step = (float)scale, shift = (float)offset;
        for (int i = 0; i < scheme.GroupSize; i++)
        {
            int code = i < weights.Length ? Code((weights[i] - shift) / step, scheme) : scheme.MiddleCode;
            CodePacking.Pack(code, scheme.Bits, codes, i);
        }
    }

    private static int Code(float level, QuantizationScheme scheme) =>
        (int)Math.Clamp(MathF.Round(level) + scheme.MiddleCode, 0, scheme.MaxCode);
}
