using System.Text.Encodings.Web;
using System.Text.Json;

namespace ModelPack.Runtime.Tokenization.Conversion;

/// <summary>A tokenizer put together from other files. The same one gives the same bytes of tokenizer.json.</summary>
internal sealed record TokenizerDescription
{
    private static readonly JsonWriterOptions Layout = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public required IReadOnlyList<WrittenToken> AddedTokens { get; init; }

    public Step? Normalizer { get; init; }

    public Step? PreTokenizer { get; init; }

    public Step? PostProcessor { get; init; }

    public Step? Decoder { get; init; }

    /// <summary>Members of "model" but its vocabulary and merges.</summary>
    public required Step Model { get; init; }

    /// <summary>Tokens and their ids.</summary>
    public required IReadOnlyList<(string Token, int Id)> Vocabulary { get; init; }

    /// <summary>A score for each token: then the vocabulary is written as a list, whose places are the ids.</summary>
    public IReadOnlyList<float>? Scores { get; init; }

    /// <summary>Merges in their order; null for models that have none.</summary>
    public IReadOnlyList<(string Left, string Right)>? Merges { get; init; }

    /// <summary>The whole file.</summary>
    public byte[] ToJson()
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Layout))
        {
            Write(json);
        }

        stream.WriteByte((byte)'\n');
        return stream.ToArray();
    }

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("version", "1.0");
        json.WriteNull("truncation");
        json.WriteNull("padding");
        json.WriteStartArray("added_tokens");
        foreach (WrittenToken token in AddedTokens)
        {
            token.ToStep().Write(json);
        }

        json.WriteEndArray();
        Write(json, "normalizer", Normalizer);
        Write(json, "pre_tokenizer", PreTokenizer);
        Write(json, "post_processor", PostProcessor);
        Write(json, "decoder", Decoder);
        WriteModel(json);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, Step? step)
    {
        json.WritePropertyName(name);
        if (step is null)
        {
            json.WriteNullValue();
        }
        else
        {
            step.Write(json);
        }
    }

    private void WriteModel(Utf8JsonWriter json)
    {
        json.WriteStartObject("model");
        Model.WriteMembers(json);
        if (Scores is null)
        {
            json.WriteStartObject("vocab");
            foreach ((string token, int id) in Vocabulary)
            {
                json.WriteNumber(token, id);
            }

            json.WriteEndObject();
        }
        else
        {
            json.WriteStartArray("vocab");
            foreach (((string token, _), float score) in Vocabulary.Zip(Scores))
            {
                // Doubles, as the reference implementation holds them.
                json.WriteStartArray();
                json.WriteStringValue(token);
                json.WriteNumberValue((double)score);
                json.WriteEndArray();
            }

            json.WriteEndArray();
        }

        if (Merges is not null)
        {
            json.WriteStartArray("merges");
            foreach ((string left, string right) in Merges)
            {
                json.WriteStartArray();
                json.WriteStringValue(left);
                json.WriteStringValue(right);
                json.WriteEndArray();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }
}
