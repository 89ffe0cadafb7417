namespace ModelPack.Formats.Gguf.Blocks;

/// <summary>One line a block type.</summary>
internal static class BlockCodecs
{
    private static readonly Dictionary<GgufTensorType, BlockCodec> ByType = new BlockCodec[]
    {
        new BlockCodec<BlockQ4_0>(),
        new BlockCodec<BlockQ4_1>(),
        new BlockCodec<BlockQ5_0>(),
        new BlockCodec<BlockQ5_1>(),
        new BlockCodec<BlockQ8_0>(),
        new BlockCodec<BlockQ2_K>(),
        new BlockCodec<BlockQ3_K>(),
        new BlockCodec<BlockQ4_K>(),
        new BlockCodec<BlockQ5_K>(),
        new BlockCodec<BlockQ6_K>(),
        new BlockCodec<BlockIQ4_NL>(),
        new BlockCodec<BlockIQ4_XS>(),
    }.ToDictionary(codec => codec.Shape.Type);

    public static IReadOnlyCollection<GgufTensorType> Types => ByType.Keys;

    public static IReadOnlyCollection<BlockCodec> All => ByType.Values;

    public static BlockCodec? Find(GgufTensorType type) => ByType.GetValueOrDefault(type);
}
