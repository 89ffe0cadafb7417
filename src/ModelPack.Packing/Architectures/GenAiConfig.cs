using System.Text;
using System.Text.Json;
using ModelPack.Packing.Architectures.Configuration;

namespace ModelPack.Packing.Architectures;

/// <summary>Text of genai_config.json, which tells ONNX Runtime GenAI (and ModelPack's own runtime) how to drive a packed decoder. Pure, thread-safe.</summary>
public static class GenAiConfig
{
    // GenAI allocates the KV cache for search.max_length tokens up front; a caller can raise it up to context_length.
    private const int LongestDefaultCache = 4096;

    private static readonly JsonWriterOptions Layout = new() { Indented = true, NewLine = "\n" };

    /// <summary>Writes the configuration for a model.onnx in the same folder.</summary>
    /// <param name="architecture">The decoder.</param>
    /// <returns>JSON text that ends with a line feed.</returns>
    /// <exception cref="ModelPackException">MPK1230: no end token is known; without one GenAI would take another token for it.</exception>
    public static string Write(DecoderArchitecture architecture)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        if (architecture.EosTokenIds.Count == 0)
        {
            throw new ModelPackException(
                ArchitectureErrors.NoEndToken,
                $"{architecture.ConfigFile}: neither it nor generation_config.json names an eos_token_id below vocab_size ({architecture.VocabularySize}), so that nothing would end a text; add eos_token_id to generation_config.json.");
        }

        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Layout))
        {
            json.WriteStartObject();
            WriteModel(json, architecture);
            WriteSearch(json, architecture);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }

    private static void WriteModel(Utf8JsonWriter json, DecoderArchitecture architecture)
    {
        json.WriteStartObject("model");
        json.WriteString("type", architecture.Family.GenAiType);
        json.WriteNumber("context_length", architecture.ContextLength);
        json.WriteNumber("vocab_size", architecture.VocabularySize);
        if (architecture.BosTokenId is int bos)
        {
            json.WriteNumber("bos_token_id", bos);
        }

        WriteIds(json, "eos_token_id", architecture.EosTokenIds);
        json.WriteNumber("pad_token_id", architecture.PadTokenId ?? architecture.EosTokenIds[0]);
        WriteDecoder(json, architecture);
        json.WriteEndObject();
    }

    private static void WriteDecoder(Utf8JsonWriter json, DecoderArchitecture architecture)
    {
        json.WriteStartObject("decoder");
        json.WriteString("filename", "model.onnx");
        json.WriteNumber("head_size", architecture.CacheHeadSize);
        json.WriteNumber("hidden_size", architecture.HiddenSize);
        json.WriteNumber("num_attention_heads", architecture.Heads);
        json.WriteNumber("num_key_value_heads", architecture.KvHeads);
        json.WriteNumber("num_hidden_layers", architecture.Layers);
        (string, string)[] pastStates = [], presentStates = [];
        if (architecture.ConvolutionState > 0)
        {
            WriteLayerTypes(json, architecture);
            (pastStates, presentStates) = ([("past_conv_names", "past.%d.conv")], [("present_conv_names", "present.%d.conv")]);
        }

        json.WriteStartObject("session_options");
        json.WriteStartArray("provider_options");
        json.WriteEndArray();
        json.WriteEndObject();
        WriteNames(json, "inputs", [("input_ids", DecoderGraph.InputIds), ("attention_mask", DecoderGraph.AttentionMask), ("past_key_names", "past_key_values.%d.key"), ("past_value_names", "past_key_values.%d.value"), .. pastStates]);
        WriteNames(json, "outputs", [("logits", DecoderGraph.Logits), ("present_key_names", "present.%d.key"), ("present_value_names", "present.%d.value"), .. presentStates]);
        json.WriteEndObject();
    }

    private static void WriteLayerTypes(Utf8JsonWriter json, DecoderArchitecture architecture)
    {
        json.WriteStartArray("layer_types");
        foreach (bool convolution in architecture.Convolutions)
        {
            json.WriteStringValue(convolution ? LayerTypeNames.Convolution : LayerTypeNames.Full);
        }

        json.WriteEndArray();
        json.WriteNumber("conv_cache_size", architecture.ConvolutionState);
    }

    private static void WriteSearch(Utf8JsonWriter json, DecoderArchitecture architecture)
    {
        json.WriteStartObject("search");
        json.WriteBoolean("do_sample", architecture.Sampling.DoSample);
        WriteOptional(json, "temperature", architecture.Sampling.Temperature);
        WriteOptional(json, "top_k", architecture.Sampling.TopK);
        WriteOptional(json, "top_p", architecture.Sampling.TopP);
        WriteOptional(json, "repetition_penalty", architecture.Sampling.RepetitionPenalty);
        json.WriteNumber("max_length", Math.Min(architecture.ContextLength, LongestDefaultCache));
        json.WriteBoolean("past_present_share_buffer", true);
        json.WriteEndObject();
    }

    private static void WriteOptional(Utf8JsonWriter json, string name, double? value)
    {
        if (value is double number)
        {
            json.WriteNumber(name, number);
        }
    }

    private static void WriteIds(Utf8JsonWriter json, string name, IReadOnlyList<int> ids)
    {
        if (ids.Count == 1)
        {
            json.WriteNumber(name, ids[0]);
            return;
        }

        json.WriteStartArray(name);
        foreach (int id in ids)
        {
            json.WriteNumberValue(id);
        }

        json.WriteEndArray();
    }

    private static void WriteNames(Utf8JsonWriter json, string section, ReadOnlySpan<(string Field, string Value)> names)
    {
        json.WriteStartObject(section);
        foreach ((string field, string value) in names)
        {
            json.WriteString(field, value);
        }

        json.WriteEndObject();
    }
}
