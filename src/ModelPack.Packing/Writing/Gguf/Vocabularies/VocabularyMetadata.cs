using System.Text.Json;
using ModelPack.Formats.Json;
using ModelPack.Runtime.Chat.Templates;
using ModelPack.Runtime.Tokenization;

namespace ModelPack.Packing.Writing.Gguf.Vocabularies;

/// <summary>The keys that say how text becomes tokens.</summary>
internal static class VocabularyMetadata
{
    private const string Prefix = "tokenizer.ggml.";

    // llama.cpp ends a text at any of these; a model may name several.
    private static readonly string[] EndKeys = ["eos_token_id", "eot_token_id", "eom_token_id"];

    /// <summary>Adds them.</summary>
    /// <param name="metadata">The list.</param>
    /// <param name="folder">Folder with tokenizer.json and what stands beside it.</param>
    /// <param name="count">Rows of the embedding table.</param>
    /// <param name="ids">Special tokens as the model's configuration has them.</param>
    /// <param name="warn">Called with code and sentence of what does not stop packing.</param>
    /// <exception cref="ModelPackException">MPK1702, MPK1703: llama.cpp would cut text into other tokens; MPK41xx, MPK4206: a file cannot be read.</exception>
    public static void Add(MetadataList metadata, string folder, int count, TokenIds ids, Action<string, string>? warn)
    {
        using TokenizerDocument file = TokenizerDocument.Open(folder);
        if (BytePairVocabulary.Fits(file))
        {
            BytePairVocabulary.Add(metadata, file, count);
        }
        else if (PieceVocabulary.Fits(file))
        {
            PieceVocabulary.Add(metadata, file, count, warn);
        }
        else
        {
            throw file.Error(GgufOutputErrors.Vocabulary, $"a {file.ModelType} tokenizer with this normalizer and pre_tokenizer is none of the two kinds that this version writes, byte-level BPE and SentencePiece's BPE");
        }

        AddSpecialTokens(metadata, file, folder, ids);
        AddTemplates(metadata, folder);
    }

    private static void AddSpecialTokens(MetadataList metadata, TokenizerDocument file, string folder, TokenIds ids)
    {
        Dictionary<string, int> named = Named(folder, file.Tokenizer);
        int? bos = named.TryGetValue("bos_token", out int id) ? id : ids.Begin;
        int[] ends = [.. (named.TryGetValue("eos_token", out id) ? [id] : Array.Empty<int>()).Concat(ids.Ends).Distinct()];
        AddId(metadata, "bos_token_id", bos);
        foreach ((string key, int end) in EndKeys.Zip(ends))
        {
            AddId(metadata, key, end);
        }

        AddId(metadata, "unknown_token_id", named.TryGetValue("unk_token", out id) ? id : null);
        AddId(metadata, "padding_token_id", named.TryGetValue("pad_token", out id) ? id : ids.Padding);

        // What the tokenizer does, whatever its configuration says about it.
        int[] plain = file.Tokenizer.Encode("a", addSpecialTokens: false);
        int[] whole = file.Tokenizer.Encode("a");
        metadata.Add(Prefix + "add_bos_token", bos is { } begin && whole[0] == begin && plain[0] != begin);
        metadata.Add(Prefix + "add_eos_token", ends.Length > 0 && whole[^1] == ends[0] && plain[^1] != ends[0]);
    }

    private static void AddId(MetadataList metadata, string key, int? id)
    {
        if (id is { } known)
        {
            metadata.Add(Prefix + key, known);
        }
    }

    /// <summary>Ids of the tokens that tokenizer_config.json names.</summary>
    private static Dictionary<string, int> Named(string folder, Tokenizer tokenizer)
    {
        var named = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach ((string name, object? value) in Texts(folder))
        {
            if (value is string text && tokenizer.TokenToId(text) is { } id)
            {
                named[name] = id;
            }
        }

        return named;
    }

    private static Dictionary<string, object?> Texts(string folder)
    {
        string path = Path.Combine(folder, "tokenizer_config.json");
        if (!File.Exists(path))
        {
            return [];
        }

        using JsonDocument document = UnicodeJson.Require(JsonDocument.Parse(File.ReadAllBytes(path).AsMemory().TrimStart("\uFEFF"u8)));
        return document.RootElement.EnumerateObject().Where(field => field.Name.EndsWith("_token", StringComparison.Ordinal)).ToDictionary(field => field.Name, Text, StringComparer.Ordinal);
    }

    private static object? Text(JsonProperty field) => field.Value.ValueKind == JsonValueKind.String ? field.Value.GetString()
        : field.Value.ValueKind == JsonValueKind.Object && field.Value.TryGetProperty("content", out JsonElement content) ? content.GetString()
        : null;

    private static void AddTemplates(MetadataList metadata, string folder)
    {
        if (ChatTemplate.TryLoad(folder) is not { } template)
        {
            return;
        }

        if (template.Sources.TryGetValue("default", out string? text))
        {
            metadata.Add("tokenizer.chat_template", text);
        }

        string[] others = [.. template.Sources.Keys.Where(name => name != "default").Order(StringComparer.Ordinal)];
        if (others.Length > 0)
        {
            metadata.Add("tokenizer.chat_templates", others);
            foreach (string name in others)
            {
                metadata.Add("tokenizer.chat_template." + name, template.Sources[name]);
            }
        }
    }
}
