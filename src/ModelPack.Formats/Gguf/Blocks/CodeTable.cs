namespace ModelPack.Formats.Gguf.Blocks;

/// <summary>Values of codes that are not spaced evenly.</summary>
internal static class CodeTable
{
    /// <summary>ggml's sixteen values of IQ4_NL and IQ4_XS, rising.</summary>
    public static ReadOnlySpan<sbyte> IQ4 => [-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113];
}
