using ModelPack.Packing.Architectures.Configuration;
using ModelPack.Packing.Architectures.Families;

namespace ModelPack.Packing.Architectures.Rope;

/// <summary>Every kind of rope scaling by its rope_type, and the reading of both spellings of config.json.</summary>
internal static class RopeTable
{
    private const string OldSection = "rope_scaling";
    private const string NewSection = "rope_parameters";
    private const string ShareField = "partial_rotary_factor";

    private static readonly Dictionary<string, Func<RopeSettings, RopeParameters>> Variants = new(StringComparer.Ordinal)
    {
        ["default"] = DefaultRope.Compute,
        ["linear"] = LinearRope.Compute,
        ["dynamic"] = DynamicRope.Compute,
        ["llama3"] = Llama3Rope.Compute,
        ["yarn"] = YarnRope.Compute,
        ["longrope"] = LongRope.Compute,

        // The first Phi-3 files call it so.
        ["su"] = LongRope.Compute,
    };

    // Fields of a rope section that some variant reads; the reference implementation too reads past those of other variants.
    private static readonly HashSet<string> KnownFields =
    [
        "type", "rope_type", "rope_theta", "factor", "original_max_position_embeddings", "max_position_embeddings", "attention_factor", "beta_fast", "beta_slow",
        "truncate", "mscale", "mscale_all_dim", "low_freq_factor", "high_freq_factor", "finetuned", "partial_rotary_factor", "short_factor", "long_factor",
    ];

    /// <summary>rope_parameters (transformers 5) or rope_scaling (before); null when there is neither.</summary>
    /// <exception cref="ModelPackException">MPK1208: both are there.</exception>
    public static ModelConfig? Section(ModelConfig config)
    {
        ModelConfig? old = config.Section(OldSection);
        ModelConfig? current = config.Section(NewSection);
        return old is null || current is null
            ? current ?? old
            : throw config.Error(ArchitectureErrors.Rope, OldSection, $"and {NewSection} are both there; keep the one that holds");
    }

    /// <summary>Reads one rope.</summary>
    /// <param name="config">config.json.</param>
    /// <param name="section">The section about this rope; null when there is none.</param>
    /// <param name="style">What the family's ropes have in common.</param>
    /// <param name="sizes">Sizes of the decoder.</param>
    /// <param name="theta">rope_theta where the section has none.</param>
    /// <exception cref="ModelPackException">MPK1202-1204, MPK1208: an unknown kind, or a field that is missing, unknown or out of range.</exception>
    public static RopeParameters Read(ModelConfig config, ModelConfig? section, RopeStyle style, DecoderDimensions sizes, double theta)
    {
        string kind = "default";
        if (section is not null)
        {
            string field = section.Has("rope_type") ? "rope_type" : "type";
            kind = section.Text(field) ?? kind;
            RefuseUnknown(section, field, kind, style);
        }

        var settings = new RopeSettings(config, section, section?.Positive("rope_theta", theta) ?? theta, RotatedElements(config, section, style, sizes.HeadSize), sizes.MaxPositions);
        return Variants[kind](settings) with { Kind = kind, Settings = settings, Interleaved = style.Interleaved, Growth = QueryGrowth.Read(settings) };
    }

    private static int RotatedElements(ModelConfig config, ModelConfig? section, RopeStyle style, int headSize)
    {
        if (style.Dimension is int dimension)
        {
            return dimension;
        }

        if (style.ShareField is not string field)
        {
            return headSize;
        }

        // The reference implementation rounds down.
        double share = section?.OptionalNumber(ShareField) ?? config.OptionalNumber(field) ?? style.Share;
        int rotated = (int)(headSize * share);
        return share is > 0 and <= 1 && rotated % 2 == 0 && rotated > 0
            ? rotated
            : throw config.Invalid(field, $"is {share}, which rotates {rotated} of {headSize} elements of a head; it must rotate an even number of them");
    }

    private static void RefuseUnknown(ModelConfig section, string field, string kind, RopeStyle style)
    {
        if (!Variants.ContainsKey(kind))
        {
            throw section.Error(ArchitectureErrors.Rope, field, $"is {kind}, which cannot be packed; supported are {string.Join(", ", Variants.Keys)}");
        }

        if (section.Fields.FirstOrDefault(name => !KnownFields.Contains(name) && !style.Fields.Contains(name)) is { } unknown)
        {
            throw section.Error(ArchitectureErrors.Rope, unknown, "is not known, and fields of this section change what the model computes");
        }

        if (style.ShareField is null && section.OptionalNumber(ShareField) is double rotated and not 1)
        {
            throw section.Error(ArchitectureErrors.Feature, ShareField, $"is {rotated}, which this model_type does not have");
        }
    }
}
