using ModelPack.Packing.Architectures.Configuration;

namespace ModelPack.Packing.Architectures.Rope;

/// <summary>The factor lists of longrope: one number for each rotated pair.</summary>
internal static class LongRopeFactors
{
    private static readonly string[] Lists = ["short_factor", "long_factor"];

    /// <exception cref="ModelPackException">MPK1208: a list of another length.</exception>
    public static void Check(ModelConfig config)
    {
        ModelConfig? section = RopeTable.Section(config);
        if (section is null || (config.OptionalInteger("head_dim", 1) ?? Derived(config)) is not int headSize)
        {
            return;
        }

        double rotated = section.OptionalNumber("partial_rotary_factor") ?? config.OptionalNumber("partial_rotary_factor") ?? 1;
        int pairs = (int)(headSize * rotated) / 2;
        foreach (string list in Lists)
        {
            if (section.ListLength(list) is int length && length != pairs)
            {
                throw section.Error(ArchitectureErrors.Rope, list, $"has {length} factors for {pairs} rotated pairs");
            }
        }
    }

    private static int? Derived(ModelConfig config) =>
        config.OptionalInteger("hidden_size", 1) is int hidden && config.OptionalInteger("num_attention_heads", 1) is int heads ? hidden / heads : null;
}
