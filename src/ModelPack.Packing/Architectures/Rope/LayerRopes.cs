using ModelPack.Packing.Architectures.Configuration;
using ModelPack.Packing.Architectures.Families;

namespace ModelPack.Packing.Architectures.Rope;

/// <summary>The rotary embedding of every layer: one for all, or another one for layers with a window.</summary>
internal static class LayerRopes
{
    private const string FullSection = "full_attention";
    private const string SlidingSection = "sliding_attention";

    /// <summary>Reads it; null for a layer without rotation.</summary>
    /// <param name="config">config.json.</param>
    /// <param name="family">The family.</param>
    /// <param name="sizes">Sizes of the decoder.</param>
    /// <param name="windows">The window of each layer.</param>
    /// <exception cref="ModelPackException">MPK1202-1204, MPK1208: an unknown kind, or a field that is missing, unknown or out of range.</exception>
    public static IReadOnlyList<RopeParameters?> Read(ModelConfig config, FamilyDefinition family, DecoderDimensions sizes, IReadOnlyList<int?> windows)
    {
        if (family.Rope is not RopeStyle style)
        {
            return new RopeParameters?[sizes.Layers];
        }

        ModelConfig? section = RopeTable.Section(config);
        ModelConfig? sliding = null;
        if (style.PlainWhereSliding && section is not null && section.Has(FullSection))
        {
            sliding = section.Section(SlidingSection) ?? throw section.Missing(SlidingSection);
            section = section.Section(FullSection);
        }

        double theta = config.Positive("rope_theta", style.Theta);
        RopeParameters full = RopeTable.Read(config, section, style, sizes, theta);
        RopeParameters local = style.PlainWhereSliding
            ? RopeTable.Read(config, sliding, style, sizes, style.LocalThetaField is string field ? config.Positive(field, style.LocalTheta) : theta)
            : full;
        return [.. Enumerable.Range(0, sizes.Layers).Select(layer =>
            !style.Rule.Rotates(config, windows, layer) ? null : windows[layer] is null ? full : local)];
    }
}
