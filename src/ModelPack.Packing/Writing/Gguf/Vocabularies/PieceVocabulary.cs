using System.Globalization;
using System.Text.Json;

namespace ModelPack.Packing.Writing.Gguf.Vocabularies;

/// <summary>Pieces of SentencePiece's BPE: llama.cpp's vocabulary type llama, which joins the two neighbours whose union has the highest score.</summary>
internal static class PieceVocabulary
{
    private const string Space = "\u2581";

    // No merge makes an added token or a filler, but llama.cpp joins neighbours to any token: these must come behind all merges.
    private const float BehindAllMerges = -1e6f;

    /// <summary>True when a tokenizer is of this kind: spaces become pieces' own character, and nothing else is done to the text.</summary>
    public static bool Fits(TokenizerDocument file) => file.ModelType == "BPE" && PrependsSpace(file) is not null;

    /// <summary>Adds its keys.</summary>
    /// <param name="metadata">The list.</param>
    /// <param name="file">The tokenizer.</param>
    /// <param name="count">Rows of the embedding table.</param>
    /// <param name="warn">Called with code and sentence.</param>
    /// <exception cref="ModelPackException">MPK1702: llama.cpp would cut text into other tokens.</exception>
    public static void Add(MetadataList metadata, TokenizerDocument file, int count, Action<string, string>? warn)
    {
        string? unknown = file.Model.TryGetProperty("unk_token", out JsonElement unk) ? unk.GetString() : null;
        TokenList tokens = TokenList.Of(file, count, text => text == unknown ? TokenKind.Unknown : IsByte(text) ? TokenKind.Byte : TokenKind.Normal);
        if (!tokens.HasBytes)
        {
            warn?.Invoke(
                GgufOutputErrors.NoBytePieces,
                $"{file.File}: the vocabulary has no pieces for single bytes, and llama.cpp ends the program when it is given a character that no piece has (a newline, say); give the file such characters never, or pack the model as Format onnx.");
        }

        metadata.Add("tokenizer.ggml.model", "llama");
        metadata.Add("tokenizer.ggml.pre", "default");
        metadata.Add("tokenizer.ggml.tokens", tokens.Texts);
        metadata.Add("tokenizer.ggml.scores", Scores(file, tokens));
        metadata.Add("tokenizer.ggml.token_type", [.. tokens.Kinds.Select(kind => (int)kind)]);
        metadata.Add("tokenizer.ggml.add_space_prefix", PrependsSpace(file)!.Value);
    }

    // A merge of a lower rank comes first; all merges that give one piece have neighbouring ranks, so the first of them speaks for all.
    private static float[] Scores(TokenizerDocument file, TokenList tokens)
    {
        var rank = new Dictionary<string, int>(StringComparer.Ordinal);
        IReadOnlyList<(string Left, string Right)> merges = Merges.Of(file);
        for (int i = 0; i < merges.Count; i++)
        {
            rank.TryAdd(merges[i].Left + merges[i].Right, i);
        }

        return
        [
            .. tokens.Texts.Zip(tokens.Kinds, (text, kind) =>
                kind is TokenKind.Unused or TokenKind.Control ? BehindAllMerges
                : rank.TryGetValue(text, out int at) ? -at
                : kind is not TokenKind.UserDefined ? 0
                : Joins(text, tokens) ? throw file.Error(
                    GgufOutputErrors.Vocabulary, $"no merge makes the added token '{text}', and llama.cpp would join spaces of a text to it")
                : BehindAllMerges),
        ];
    }

    // Other added tokens are found in a text before anything is joined; a text has spaces where these have pieces' own character.
    private static bool Joins(string text, TokenList tokens) =>
        text.Contains(Space, StringComparison.Ordinal)
        && Enumerable.Range(1, text.Length - 1).Any(at => tokens.Texts.Contains(text[..at]) && tokens.Texts.Contains(text[at..]));

    /// <summary>Whether a space is put before the text; null when the tokenizer does something else to it.</summary>
    private static bool? PrependsSpace(TokenizerDocument file)
    {
        string[] steps = [.. file.Steps("normalizer", "normalizers").Concat(file.Steps("pre_tokenizer", "pretokenizers")).Select(Describe)];
        return steps switch
        {
            ["prepend", "replace"] or ["metaspace"] or ["metaspace always"] or ["metaspace first"] => true,
            ["replace"] or ["replace", "split"] or ["metaspace never"] => false,
            _ => null,
        };
    }

    private static string Describe(JsonElement step) => step.GetProperty("type").GetString() switch
    {
        "Prepend" when step.GetProperty("prepend").GetString() == Space => "prepend",
        "Replace" when Literal(step) == " " && step.GetProperty("content").GetString() == Space => "replace",
        "Split" when Literal(step) == " " => "split",
        "Metaspace" when step.TryGetProperty("prepend_scheme", out JsonElement scheme) => "metaspace " + scheme.GetString(),
        "Metaspace" => step.TryGetProperty("add_prefix_space", out JsonElement adds) && !adds.GetBoolean() ? "metaspace never" : "metaspace",
        _ => "another step",
    };

    private static string? Literal(JsonElement step) => step.GetProperty("pattern").TryGetProperty("String", out JsonElement text) ? text.GetString() : null;

    private static bool IsByte(string text) => text is ['<', '0', 'x', _, _, '>'] && byte.TryParse(text.AsSpan(3, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out _);
}
