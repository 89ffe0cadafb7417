using System.Text.Json;

namespace ModelPack.Packing.Sources.Gguf;

/// <summary>The keys of rope scaling, and the tensor of frequency divisors, as config.json's rope_scaling.</summary>
internal static class GgufRope
{
    /// <summary>Tensor of the divisors of the frequencies.</summary>
    public const string Divisors = "rope_freqs.weight";

    /// <summary>Tensor of longrope's divisors for texts longer than the original length.</summary>
    public const string LongFactors = "rope_factors_long.weight";

    /// <summary>Tensor of longrope's divisors for other texts.</summary>
    public const string ShortFactors = "rope_factors_short.weight";

    // What Llama 3.1 was scaled from; divisors give only ratios to it.
    private const int UsualOriginalContext = 8192;

    private static readonly Dictionary<string, Action<Utf8JsonWriter, GgufMetadata, string>> Kinds = new(StringComparer.Ordinal)
    {
        ["none"] = (json, _, _) => json.WriteNull("rope_scaling"),
        ["linear"] = (json, metadata, prefix) =>
        {
            json.WriteStartObject("rope_scaling");
            json.WriteString("rope_type", "linear");
            json.WriteNumber("factor", Factor(metadata, prefix));
            json.WriteEndObject();
        },
        ["yarn"] = WriteYarn,
    };

    /// <summary>Writes the field rope_scaling.</summary>
    /// <param name="json">An open object.</param>
    /// <param name="metadata">The metadata.</param>
    /// <param name="architecture">The architecture.</param>
    /// <param name="sizes">Sizes of the decoder.</param>
    /// <param name="theta">Base of the frequencies.</param>
    /// <param name="tensors">The tensors of divisors.</param>
    /// <exception cref="ModelPackException">MPK1424: config.json has no words for it.</exception>
    public static void Write(Utf8JsonWriter json, GgufMetadata metadata, GgufArchitecture architecture, GgufSizes sizes, float theta, RopeDivisors tensors)
    {
        string prefix = architecture.Name + ".rope.";
        string kind = metadata.OptionalText(prefix + "scaling.type") ?? (metadata.OptionalNumber(prefix + "scale_linear") is null or 1 ? "none" : "linear");
        if (tensors.Long is { } longer && tensors.Short is { } shorter)
        {
            WriteLong(json, metadata, prefix, longer, shorter);
            return;
        }

        if (tensors.All is { } divisors && divisors.Any(divisor => divisor != 1))
        {
            if (kind != "none")
            {
                throw Refused(metadata, $"the file has both {Divisors} and {prefix}scaling.type '{kind}'");
            }

            int original = metadata.OptionalSize(prefix + "scaling.original_context_length") ?? UsualOriginalContext;
            Llama3Scaling scaling = Llama3Scaling.Find(divisors, theta, sizes.HeadSize, original)
                ?? throw Refused(metadata, $"the divisors in {Divisors} are none that Llama 3's scaling gives");
            scaling.Write(json);
            return;
        }

        if (!Kinds.TryGetValue(kind, out Action<Utf8JsonWriter, GgufMetadata, string>? write))
        {
            throw Refused(metadata, $"{prefix}scaling.type is '{kind}', and this version reads {string.Join(", ", Kinds.Keys)}");
        }

        write(json, metadata, prefix);
    }

    // llama.cpp multiplies attn_factor with 1 + 0.1 ln(factor); config.json's attention_factor is the product.
    private static void WriteYarn(Utf8JsonWriter json, GgufMetadata metadata, string prefix)
    {
        if (metadata.OptionalNumber(prefix + "scaling.yarn_log_multiplier") is { } multiplier and not 0)
        {
            throw Refused(metadata, $"{prefix}scaling.yarn_log_multiplier is {multiplier}");
        }

        if (metadata.OptionalNumber(prefix + "scaling.yarn_ext_factor") is { } mix and not (1 or -1))
        {
            throw Refused(metadata, $"{prefix}scaling.yarn_ext_factor is {mix}");
        }

        float factor = Factor(metadata, prefix);
        float attention = metadata.OptionalNumber(prefix + "scaling.attn_factor") ?? 1;
        json.WriteStartObject("rope_scaling");
        json.WriteString("rope_type", "yarn");
        json.WriteNumber("factor", factor);
        json.WriteNumber("original_max_position_embeddings", metadata.Size(prefix + "scaling.original_context_length"));
        json.WriteNumber("attention_factor", attention * (1 + (0.1f * MathF.Log(factor))));
        json.WriteNumber("beta_fast", metadata.OptionalNumber(prefix + "scaling.yarn_beta_fast") ?? 32);
        json.WriteNumber("beta_slow", metadata.OptionalNumber(prefix + "scaling.yarn_beta_slow") ?? 1);
        string attentionKeys = prefix.Replace(".rope.", ".attention.", StringComparison.Ordinal);
        if (metadata.OptionalNumber(attentionKeys + "temperature_scale") is { } growth and not 0)
        {
            int period = metadata.Size(attentionKeys + "temperature_length"), original = metadata.Size(prefix + "scaling.original_context_length");
            json.WriteNumber("llama_4_scaling_beta", period == original ? growth : throw Refused(metadata, $"{attentionKeys}temperature_length is {period} and {prefix}scaling.original_context_length {original}"));
        }

        json.WriteEndObject();
    }

    private static void WriteLong(Utf8JsonWriter json, GgufMetadata metadata, string prefix, float[] longer, float[] shorter)
    {
        json.WriteStartObject("rope_scaling");
        json.WriteString("rope_type", "longrope");
        json.WriteNumber("original_max_position_embeddings", metadata.Size(prefix + "scaling.original_context_length"));
        json.WriteNumber("attention_factor", metadata.OptionalNumber(prefix + "scaling.attn_factor") ?? 1);
        WriteList("short_factor", shorter);
        WriteList("long_factor", longer);
        json.WriteEndObject();

        void WriteList(string name, float[] values)
        {
            json.WriteStartArray(name);
            foreach (float value in values)
            {
                json.WriteNumberValue(value);
            }

            json.WriteEndArray();
        }
    }

    private static float Factor(GgufMetadata metadata, string prefix) =>
        metadata.OptionalNumber(prefix + "scaling.factor") ?? metadata.OptionalNumber(prefix + "scale_linear") ?? throw metadata.Missing(prefix + "scaling.factor");

    private static ModelPackException Refused(GgufMetadata metadata, string why) =>
        metadata.Error(SourceErrors.GgufRope, $"{why}, so the rotation of queries and keys cannot be expressed; take the model's Hugging Face folder");
}
