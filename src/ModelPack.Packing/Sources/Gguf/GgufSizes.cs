namespace ModelPack.Packing.Sources.Gguf;

/// <summary>Sizes of a decoder as the keys of its architecture give them.</summary>
internal sealed record GgufSizes(int Layers, int Hidden, int Intermediate, int Heads, int KeyValueHeads, int HeadSize, int Rotated, int Context, int Experts)
{
    // What a file may say and no graph here computes, with the values at which it changes nothing.
    private static readonly Dictionary<string, Func<float, bool>> Neutral = new(StringComparer.Ordinal)
    {
        ["expert_count"] = value => value == 0,
        ["attention.sliding_window"] = value => value == 0,
        ["attention.clamp_kqv"] = value => value == 0,
        ["attention.max_alibi_bias"] = value => value == 0,
        ["attention.scale"] = value => value == 0,
        ["attn_logit_softcapping"] = value => value == 0,
        ["final_logit_softcapping"] = value => value == 0,
        ["logit_scale"] = value => value is 0 or 1,
        ["residual_scale"] = value => value is 0 or 1,
        ["embedding_scale"] = value => value is 0 or 1,
    };

    /// <summary>Reads the sizes.</summary>
    /// <exception cref="ModelPackException">MPK1420, MPK1421: a key is missing or invalid; MPK1423: it asks for something that is not computed.</exception>
    public static GgufSizes Read(GgufMetadata metadata, GgufArchitecture architecture)
    {
        string prefix = architecture.Name + ".";
        int hidden = metadata.Size(prefix + "embedding_length");
        int heads = metadata.Size(prefix + "attention.head_count");
        int headSize = metadata.OptionalSize(prefix + "attention.key_length") ?? (hidden % heads == 0
            ? hidden / heads
            : throw metadata.WrongType(prefix + "attention.head_count", $"a divisor of {prefix}embedding_length ({hidden})"));
        RequireSame(metadata, prefix + "attention.value_length", headSize, "as long as keys");
        int rotated = metadata.OptionalSize(prefix + "rope.dimension_count") ?? headSize;
        if (architecture.Family.Rope is { ShareField: null })
        {
            RequireSame(metadata, prefix + "rope.dimension_count", headSize, "all elements of a head");
        }

        return new GgufSizes(
            metadata.Size(prefix + "block_count"),
            hidden,
            metadata.Size(prefix + "feed_forward_length"),
            heads,
            metadata.OptionalSize(prefix + "attention.head_count_kv") ?? heads,
            headSize,
            rotated,
            metadata.Size(prefix + "context_length"),
            architecture.Family.Mixture is null ? 0 : metadata.Size(prefix + "expert_count"));
    }

    /// <summary>Refuses what a file asks for and the family did not ask about.</summary>
    /// <exception cref="ModelPackException">MPK1423.</exception>
    public static void RefuseUnread(GgufMetadata metadata, GgufArchitecture architecture)
    {
        foreach ((string name, Func<float, bool> isNeutral) in Neutral)
        {
            string key = $"{architecture.Name}.{name}";
            if (metadata.IsUnread(key) && metadata.OptionalNumber(key) is { } value && !isNeutral(value))
            {
                throw metadata.Error(SourceErrors.GgufFeature, $"{key} is {metadata.Shown(key)}, which this version does not compute for {architecture.Name} models");
            }
        }
    }

    private static void RequireSame(GgufMetadata metadata, string key, int headSize, string what)
    {
        if (metadata.OptionalSize(key) is { } size && size != headSize)
        {
            throw metadata.Error(SourceErrors.GgufFeature, $"{key} is {size} and heads have {headSize} elements; this version needs {what}");
        }
    }
}
