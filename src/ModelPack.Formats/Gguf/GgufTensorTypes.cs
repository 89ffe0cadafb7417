namespace ModelPack.Formats.Gguf;

/// <summary>Sizes of <see cref="GgufTensorType"/> values. Pure and thread-safe.</summary>
public static class GgufTensorTypes
{
    // ggml's type table: elements of a block and its bytes.
    private static readonly Dictionary<GgufTensorType, (int Elements, int Bytes)> Blocks = new()
    {
        [GgufTensorType.F32] = (1, 4),
        [GgufTensorType.F16] = (1, 2),
        [GgufTensorType.BF16] = (1, 2),
        [GgufTensorType.F64] = (1, 8),
        [GgufTensorType.I8] = (1, 1),
        [GgufTensorType.I16] = (1, 2),
        [GgufTensorType.I32] = (1, 4),
        [GgufTensorType.I64] = (1, 8),
        [GgufTensorType.Q4_0] = (32, 18),
        [GgufTensorType.Q4_1] = (32, 20),
        [GgufTensorType.Q5_0] = (32, 22),
        [GgufTensorType.Q5_1] = (32, 24),
        [GgufTensorType.Q8_0] = (32, 34),
        [GgufTensorType.Q8_1] = (32, 36),
        [GgufTensorType.Q2_K] = (256, 84),
        [GgufTensorType.Q3_K] = (256, 110),
        [GgufTensorType.Q4_K] = (256, 144),
        [GgufTensorType.Q5_K] = (256, 176),
        [GgufTensorType.Q6_K] = (256, 210),
        [GgufTensorType.Q8_K] = (256, 292),
        [GgufTensorType.IQ2_XXS] = (256, 66),
        [GgufTensorType.IQ2_XS] = (256, 74),
        [GgufTensorType.IQ2_S] = (256, 82),
        [GgufTensorType.IQ3_XXS] = (256, 98),
        [GgufTensorType.IQ3_S] = (256, 110),
        [GgufTensorType.IQ1_S] = (256, 50),
        [GgufTensorType.IQ1_M] = (256, 56),
        [GgufTensorType.IQ4_NL] = (32, 18),
        [GgufTensorType.IQ4_XS] = (256, 136),
        [GgufTensorType.TQ1_0] = (256, 54),
        [GgufTensorType.TQ2_0] = (256, 66),
        [GgufTensorType.MXFP4] = (32, 17),
        [GgufTensorType.NVFP4] = (64, 36),
        [GgufTensorType.Q1_0] = (128, 18),
        [GgufTensorType.Q2_0] = (64, 18),
    };

    /// <summary>Consecutive elements of a row that are stored together: 1, 32, 64, 128 or 256.</summary>
    public static int ElementsPerBlock(this GgufTensorType type) => Blocks[type].Elements;

    /// <summary>Bytes of a block.</summary>
    public static int BytesPerBlock(this GgufTensorType type) => Blocks[type].Bytes;

    internal static bool IsKnown(GgufTensorType type) => Blocks.ContainsKey(type);
}
