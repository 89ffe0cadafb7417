using System.Text.Json;
using ModelPack.Packing.Architectures;
using ModelPack.Packing.Architectures.Families;

namespace ModelPack.Packing.Sources.Gguf;

/// <summary>What a GGUF file says about its model, in the words of Hugging Face's configuration files.</summary>
/// <param name="Metadata">The metadata.</param>
/// <param name="Architecture">The architecture.</param>
/// <param name="Sizes">Sizes of the decoder.</param>
/// <param name="Vocabulary">The tokens.</param>
/// <param name="Tensors">Names of all tensors.</param>
/// <param name="RopeDivisors">The tensors of rope's divisors.</param>
internal sealed record GgufConfiguration(
    GgufMetadata Metadata, GgufArchitecture Architecture, GgufSizes Sizes, GgufVocabulary Vocabulary, IReadOnlySet<string> Tensors, RopeDivisors RopeDivisors)
{
    private const float UsualTheta = 10000;

    /// <summary>Fields of config.json and the keys that they come from, for messages about the rebuilt file.</summary>
    public IReadOnlyDictionary<string, string> KeysOfFields => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["hidden_size"] = Architecture.Name + ".embedding_length",
        ["intermediate_size"] = Architecture.Name + ".feed_forward_length",
        ["num_hidden_layers"] = Architecture.Name + ".block_count",
        ["num_attention_heads"] = Architecture.Name + ".attention.head_count",
        ["num_key_value_heads"] = Architecture.Name + ".attention.head_count_kv",
        ["head_dim"] = Architecture.Name + ".attention.key_length",
        ["max_position_embeddings"] = Architecture.Name + ".context_length",
        [Architecture.Family.Norm.EpsilonField ?? "rms_norm_eps"] = $"{Architecture.Name}.attention.{(Architecture.Family.Norm.Kind == NormKind.Layer ? "layer_norm_epsilon" : "layer_norm_rms_epsilon")}",
        ["rope_theta"] = Architecture.Name + ".rope.freq_base",
        ["rope_scaling"] = Architecture.Name + ".rope.scaling",
        ["vocab_size"] = "tokenizer.ggml.tokens",
    };

    /// <summary>Writes config.json.</summary>
    public void WriteModel(Utf8JsonWriter json)
    {
        float theta = Metadata.OptionalNumber(KeysOfFields["rope_theta"]) ?? UsualTheta;
        json.WriteStartObject();
        json.WriteStartArray("architectures");
        json.WriteStringValue(Architecture.Family.Architectures[0]);
        json.WriteEndArray();
        json.WriteString("model_type", Architecture.Family.ModelType);
        json.WriteNumber("hidden_size", Sizes.Hidden);
        json.WriteNumber("intermediate_size", Sizes.Intermediate);
        json.WriteNumber("num_hidden_layers", Sizes.Layers);
        json.WriteNumber("num_attention_heads", Sizes.Heads);
        json.WriteNumber("num_key_value_heads", Sizes.KeyValueHeads);
        json.WriteNumber("head_dim", Sizes.HeadSize);
        json.WriteNumber("max_position_embeddings", Sizes.Context);
        if (Architecture.Family.Rope is not null)
        {
            json.WriteNumber("rope_theta", theta);
            GgufRope.Write(json, Metadata, Architecture, Sizes, theta, RopeDivisors);
        }

        json.WriteNumber("vocab_size", Vocabulary.Tokens.Count);
        json.WriteBoolean("tie_word_embeddings", !Tensors.Contains(GgufModules.Tensor(null, GgufModules.Head, ".weight")));
        new GgufFields(json, this).Write();
        WriteIds(json, [.. new[] { Vocabulary.Eos }.OfType<int>()]);
        json.WriteEndObject();
        GgufSizes.RefuseUnread(Metadata, Architecture);
    }

    /// <summary>Writes generation_config.json.</summary>
    public void WriteGeneration(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        WriteIds(json, Vocabulary.Ends);
        json.WriteEndObject();
    }

    /// <summary>Writes tokenizer_config.json.</summary>
    public void WriteTokenizer(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteBoolean("add_bos_token", Vocabulary.AddsBos);
        json.WriteBoolean("add_eos_token", Vocabulary.AddsEos);
        WriteToken("bos_token", Vocabulary.Bos);
        WriteToken("eos_token", Vocabulary.Eos);
        WriteToken("unk_token", Vocabulary.Unknown);
        WriteToken("pad_token", Vocabulary.Padding);
        json.WriteBoolean("clean_up_tokenization_spaces", false);
        json.WriteNumber("model_max_length", Sizes.Context);
        json.WriteString("tokenizer_class", Vocabulary.IsPieces ? "LlamaTokenizer" : "GPT2Tokenizer");
        if (Vocabulary.ChatTemplate is { } template)
        {
            json.WriteString("chat_template", template);
        }

        json.WriteEndObject();

        void WriteToken(string name, int? id)
        {
            if (id is { } known)
            {
                json.WriteString(name, Vocabulary.Tokens[known]);
            }
        }
    }

    private void WriteIds(Utf8JsonWriter json, IReadOnlyList<int> ends)
    {
        // null where there is none: an absent field would mean the family's usual id.
        WriteId("bos_token_id", Vocabulary.Bos);
        if (ends.Count > 1)
        {
            json.WriteStartArray("eos_token_id");
            foreach (int id in ends)
            {
                json.WriteNumberValue(id);
            }

            json.WriteEndArray();
        }
        else
        {
            WriteId("eos_token_id", ends.Count == 0 ? null : ends[0]);
        }

        WriteId("pad_token_id", Vocabulary.Padding);

        void WriteId(string name, int? id)
        {
            if (id is { } known)
            {
                json.WriteNumber(name, known);
            }
            else
            {
                json.WriteNull(name);
            }
        }
    }
}
