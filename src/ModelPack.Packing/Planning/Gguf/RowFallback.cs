using ModelPack.Formats.Gguf;
using static ModelPack.Formats.Gguf.GgufTensorType;

namespace ModelPack.Packing.Planning.Gguf;

/// <summary>The type that a tensor gets when its rows are no whole blocks of the one it should have.</summary>
internal static class RowFallback
{
    // llama.cpp's table: blocks of 32 of about the same size.
    private static readonly Dictionary<GgufTensorType, GgufTensorType> Narrower = new()
    {
        [Q2_K] = Q4_0, [Q3_K] = Q4_0, [Q4_K] = Q5_0, [Q5_K] = Q5_1, [Q6_K] = Q8_0, [IQ4_XS] = IQ4_NL,
    };

    /// <summary>The type that fits. Blocks of 32 that do not fit either become F16, where llama.cpp gives the whole file up.</summary>
    /// <param name="type">The type that is wanted.</param>
    /// <param name="columns">Length of a row.</param>
    public static GgufTensorType Fit(GgufTensorType type, int columns)
    {
        if (columns % type.ElementsPerBlock() == 0)
        {
            return type;
        }

        GgufTensorType narrower = Narrower.GetValueOrDefault(type, F16);
        return columns % narrower.ElementsPerBlock() == 0 ? narrower : F16;
    }
}
