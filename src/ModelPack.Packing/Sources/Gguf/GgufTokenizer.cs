using System.Text.Json;
using ModelPack.Packing.Writing.Gguf.Vocabularies;

namespace ModelPack.Packing.Sources.Gguf;

/// <summary>Writes tokenizer.json as Hugging Face's fast tokenizers read it. The same vocabulary gives the same bytes.</summary>
internal static class GgufTokenizer
{
    private const string Space = "\u2581";

    /// <summary>Writes the whole file.</summary>
    /// <exception cref="ModelPackException">MPK1420, MPK1421, MPK1425: scores or merges are missing or invalid.</exception>
    public static void Write(Utf8JsonWriter json, GgufVocabulary vocabulary)
    {
        json.WriteStartObject();
        json.WriteString("version", "1.0");
        json.WriteNull("truncation");
        json.WriteNull("padding");
        WriteAddedTokens(json, vocabulary);
        if (vocabulary.IsPieces)
        {
            WritePieceSteps(json, vocabulary);
        }
        else
        {
            WriteByteSteps(json, vocabulary.PreTokenizer!);
        }

        WritePostProcessor(json, vocabulary);
        WriteModel(json, vocabulary);
        json.WriteEndObject();
    }

    private static void WriteAddedTokens(Utf8JsonWriter json, GgufVocabulary vocabulary)
    {
        json.WriteStartArray("added_tokens");
        for (int id = 0; id < vocabulary.Tokens.Count; id++)
        {
            if (vocabulary.Kinds[id] is TokenKind.Unknown or TokenKind.Control or TokenKind.UserDefined)
            {
                json.WriteStartObject();
                json.WriteNumber("id", id);
                json.WriteString("content", vocabulary.Tokens[id]);
                json.WriteBoolean("single_word", false);
                json.WriteBoolean("lstrip", false);
                json.WriteBoolean("rstrip", false);
                json.WriteBoolean("normalized", false);
                json.WriteBoolean("special", vocabulary.Kinds[id] != TokenKind.UserDefined);
                json.WriteEndObject();
            }
        }

        json.WriteEndArray();
    }

    private static void WritePieceSteps(Utf8JsonWriter json, GgufVocabulary vocabulary)
    {
        json.WriteStartObject("normalizer");
        json.WriteString("type", "Sequence");
        json.WriteStartArray("normalizers");
        if (vocabulary.AddsSpace)
        {
            json.WriteStartObject();
            json.WriteString("type", "Prepend");
            json.WriteString("prepend", Space);
            json.WriteEndObject();
        }

        WriteReplace(json, " ", Space);
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteNull("pre_tokenizer");
        json.WriteStartObject("decoder");
        json.WriteString("type", "Sequence");
        json.WriteStartArray("decoders");
        WriteReplace(json, Space, " ");
        if (HasBytes(vocabulary))
        {
            WriteType(json, "ByteFallback");
        }

        WriteType(json, "Fuse");
        if (vocabulary.AddsSpace)
        {
            json.WriteStartObject();
            json.WriteString("type", "Strip");
            json.WriteString("content", " ");
            json.WriteNumber("start", 1);
            json.WriteNumber("stop", 0);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteByteSteps(Utf8JsonWriter json, PreTokenizer cut)
    {
        if (cut.Composes)
        {
            json.WriteStartObject("normalizer");
            json.WriteString("type", "NFC");
            json.WriteEndObject();
        }
        else
        {
            json.WriteNull("normalizer");
        }

        json.WriteStartObject("pre_tokenizer");
        json.WriteString("type", "Sequence");
        json.WriteStartArray("pretokenizers");
        if (cut.SetsDigitsApart)
        {
            json.WriteStartObject();
            json.WriteString("type", "Digits");
            json.WriteBoolean("individual_digits", true);
            json.WriteEndObject();
        }

        foreach (string pattern in cut.Patterns)
        {
            json.WriteStartObject();
            json.WriteString("type", "Split");
            json.WriteStartObject("pattern");
            json.WriteString("Regex", pattern);
            json.WriteEndObject();
            json.WriteString("behavior", "Isolated");
            json.WriteBoolean("invert", false);
            json.WriteEndObject();
        }

        json.WriteStartObject();
        WriteByteLevel(json, ownPattern: cut.Patterns.Length == 0);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteStartObject("decoder");
        WriteByteLevel(json, ownPattern: true);
        json.WriteEndObject();
    }

    private static void WriteByteLevel(Utf8JsonWriter json, bool ownPattern)
    {
        json.WriteString("type", "ByteLevel");
        json.WriteBoolean("add_prefix_space", false);
        json.WriteBoolean("trim_offsets", true);
        json.WriteBoolean("use_regex", ownPattern);
    }

    private static void WritePostProcessor(Utf8JsonWriter json, GgufVocabulary vocabulary)
    {
        int? bos = vocabulary.AddsBos ? vocabulary.Bos : null, eos = vocabulary.AddsEos ? vocabulary.Eos : null;
        if (bos is null && eos is null)
        {
            json.WriteNull("post_processor");
            return;
        }

        json.WriteStartObject("post_processor");
        json.WriteString("type", "TemplateProcessing");
        json.WriteStartArray("single");
        WriteTemplate("A", 0);
        json.WriteEndArray();
        json.WriteStartArray("pair");
        WriteTemplate("A", 0);
        WriteTemplate("B", 1);
        json.WriteEndArray();
        json.WriteStartObject("special_tokens");
        foreach (int id in new[] { bos, eos }.OfType<int>().Distinct())
        {
            json.WriteStartObject(vocabulary.Tokens[id]);
            json.WriteString("id", vocabulary.Tokens[id]);
            json.WriteStartArray("ids");
            json.WriteNumberValue(id);
            json.WriteEndArray();
            json.WriteStartArray("tokens");
            json.WriteStringValue(vocabulary.Tokens[id]);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();

        void WriteTemplate(string sequence, int type)
        {
            WriteEntry("SpecialToken", bos is { } first ? vocabulary.Tokens[first] : null, type);
            WriteEntry("Sequence", sequence, type);
            WriteEntry("SpecialToken", eos is { } last ? vocabulary.Tokens[last] : null, type);
        }

        void WriteEntry(string kind, string? id, int type)
        {
            if (id is not null)
            {
                json.WriteStartObject();
                json.WriteStartObject(kind);
                json.WriteString("id", id);
                json.WriteNumber("type_id", type);
                json.WriteEndObject();
                json.WriteEndObject();
            }
        }
    }

    private static void WriteModel(Utf8JsonWriter json, GgufVocabulary vocabulary)
    {
        json.WriteStartObject("model");
        json.WriteString("type", "BPE");
        json.WriteNull("dropout");
        json.WriteString("unk_token", vocabulary.IsPieces && vocabulary.Unknown is { } unknown ? vocabulary.Tokens[unknown] : null);
        json.WriteNull("continuing_subword_prefix");
        json.WriteNull("end_of_word_suffix");
        json.WriteBoolean("fuse_unk", vocabulary.IsPieces);
        json.WriteBoolean("byte_fallback", vocabulary.IsPieces && HasBytes(vocabulary));
        json.WriteBoolean("ignore_merges", vocabulary.PreTokenizer?.KeepsWholeWords ?? false);
        json.WriteStartObject("vocab");
        for (int id = 0; id < vocabulary.Tokens.Count; id++)
        {
            json.WriteNumber(vocabulary.Tokens[id], id);
        }

        json.WriteEndObject();
        json.WriteStartArray("merges");
        foreach ((string left, string right) in vocabulary.IsPieces ? MergesOfPieces(vocabulary) : vocabulary.Merges)
        {
            json.WriteStartArray();
            json.WriteStringValue(left);
            json.WriteStringValue(right);
            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static IReadOnlyList<(string Left, string Right)> MergesOfPieces(GgufVocabulary vocabulary)
    {
        float[] scores = vocabulary.Scores;
        return PieceMerges.Of([.. Enumerable.Range(0, scores.Length).Where(id => vocabulary.Kinds[id] == TokenKind.Normal).Select(id => (vocabulary.Tokens[id], scores[id]))]);
    }

    private static bool HasBytes(GgufVocabulary vocabulary) => vocabulary.Kinds.Contains(TokenKind.Byte);

    private static void WriteReplace(Utf8JsonWriter json, string pattern, string content)
    {
        json.WriteStartObject();
        json.WriteString("type", "Replace");
        json.WriteStartObject("pattern");
        json.WriteString("String", pattern);
        json.WriteEndObject();
        json.WriteString("content", content);
        json.WriteEndObject();
    }

    private static void WriteType(Utf8JsonWriter json, string type)
    {
        json.WriteStartObject();
        json.WriteString("type", type);
        json.WriteEndObject();
    }
}
