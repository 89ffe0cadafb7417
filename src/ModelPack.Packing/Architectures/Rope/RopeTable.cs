using ModelPack.Packing.Architectures.Configuration;

namespace ModelPack.Packing.Architectures.Rope;

/// <summary>Every kind of rope scaling by its rope_type, and the reading of both spellings of config.json.</summary>
internal static class RopeTable
{
    private const string OldSection = "rope_scaling";
    private const string NewSection = "rope_parameters";

    private static readonly Dictionary<string, Func<RopeSettings, RopeParameters>> Variants = new(StringComparer.Ordinal)
    {
        ["default"] = DefaultRope.Compute,
        ["linear"] = LinearRope.Compute,
        ["dynamic"] = DynamicRope.Compute,
        ["llama3"] = Llama3Rope.Compute,
        ["yarn"] = YarnRope.Compute,
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

    /// <summary>Reads the rope of a configuration.</summary>
    /// <param name="config">config.json.</param>
    /// <param name="headSize">Elements of a head.</param>
    /// <param name="maxPositions">max_position_embeddings.</param>
    /// <param name="absentTheta">rope_theta where neither the section nor config.json has it.</param>
    /// <exception cref="ModelPackException">MPK1202-1204, MPK1208: an unknown kind, or a field that is missing, unknown or out of range.</exception>
    public static RopeParameters Read(ModelConfig config, int headSize, int maxPositions, double absentTheta)
    {
        ModelConfig? section = Section(config);
        double theta = section is not null && section.Has("rope_theta") ? section.Positive("rope_theta", absentTheta) : config.Positive("rope_theta", absentTheta);
        string kind = "default";
        if (section is not null)
        {
            string field = section.Has("rope_type") ? "rope_type" : "type";
            kind = section.Text(field) ?? kind;
            RefuseUnknown(section, field, kind);
        }

        return Variants[kind](new RopeSettings(config, section, theta, headSize, maxPositions));
    }

    private static void RefuseUnknown(ModelConfig section, string field, string kind)
    {
        if (!Variants.ContainsKey(kind))
        {
            throw section.Error(ArchitectureErrors.Rope, field, $"is {kind}, which cannot be packed; supported are {string.Join(", ", Variants.Keys)}");
        }

        if (section.Fields.FirstOrDefault(name => !KnownFields.Contains(name)) is { } unknown)
        {
            throw section.Error(ArchitectureErrors.Rope, unknown, "is not known, and fields of this section change what the model computes");
        }

        if (section.OptionalNumber("partial_rotary_factor") is double rotated and not 1)
        {
            throw section.Error(ArchitectureErrors.Feature, "partial_rotary_factor", $"is {rotated}, which this model_type does not have");
        }
    }
}
