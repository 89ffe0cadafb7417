using System.Text.Json;
using ModelPack.Packing.Writing.Gguf.Vocabularies;
using ModelPack.Runtime.Tokenization.Conversion;
using ModelPack.Runtime.Tokenization.Conversion.Pieces;

namespace ModelPack.Packing.Sources.Gguf;

/// <summary>Writes tokenizer.json as Hugging Face's fast tokenizers read it. The same vocabulary gives the same bytes.</summary>
internal static class GgufTokenizer
{
    /// <summary>Writes the whole file.</summary>
    /// <exception cref="ModelPackException">MPK1420, MPK1421, MPK1425: scores or merges are missing or invalid.</exception>
    public static void Write(Utf8JsonWriter json, GgufVocabulary vocabulary) => Describe(vocabulary).Write(json);

    private static TokenizerDescription Describe(GgufVocabulary vocabulary)
    {
        bool pieces = vocabulary.IsPieces;
        bool bytes = pieces && vocabulary.Kinds.Contains(TokenKind.Byte);
        return new TokenizerDescription
        {
            AddedTokens = Added(vocabulary),
            Normalizer = pieces
                ? Steps.Normalizers([.. vocabulary.AddsSpace ? [Steps.Prepend(Steps.Space)] : (Step[])[], Steps.Replace(" ", Steps.Space)])
                : vocabulary.PreTokenizer!.Composes ? Steps.Of("NFC") : null,
            PreTokenizer = pieces ? null : Cuts(vocabulary.PreTokenizer!),
            Decoder = pieces ? Steps.PieceDecoder(bytes, vocabulary.AddsSpace) : Steps.ByteLevel(addPrefixSpace: false, trimOffsets: true, useRegex: true),
            PostProcessor = Steps.Template(
                EdgeLayout.BeginEnd(Token(vocabulary, vocabulary.AddsBos, vocabulary.Bos), Token(vocabulary, vocabulary.AddsEos, vocabulary.Eos)),
                token => token == Token(vocabulary, vocabulary.AddsBos, vocabulary.Bos) ? vocabulary.Bos!.Value : vocabulary.Eos!.Value),
            Model = Steps.Of(
                "BPE",
                ("dropout", null),
                ("unk_token", pieces && vocabulary.Unknown is { } unknown ? vocabulary.Tokens[unknown] : null),
                ("continuing_subword_prefix", null),
                ("end_of_word_suffix", null),
                ("fuse_unk", pieces),
                ("byte_fallback", bytes),
                ("ignore_merges", vocabulary.PreTokenizer?.KeepsWholeWords ?? false)),
            Vocabulary = [.. vocabulary.Tokens.Select((token, id) => (token, id))],
            Merges = pieces ? MergesOfPieces(vocabulary) : [.. vocabulary.Merges],
        };
    }

    private static IReadOnlyList<WrittenToken> Added(GgufVocabulary vocabulary) =>
    [
        .. Enumerable.Range(0, vocabulary.Tokens.Count)
            .Where(id => vocabulary.Kinds[id] is TokenKind.Unknown or TokenKind.Control or TokenKind.UserDefined)
            .Select(id => new WrittenToken(id, vocabulary.Tokens[id], vocabulary.Kinds[id] != TokenKind.UserDefined)),
    ];

    private static Step Cuts(PreTokenizer cut) => Steps.PreTokenizers(
    [
        .. cut.SetsDigitsApart ? [Steps.Of("Digits", ("individual_digits", true))] : (Step[])[],
        .. cut.Patterns.Select(Steps.Split),
        Steps.ByteLevel(addPrefixSpace: false, trimOffsets: true, useRegex: cut.Patterns.Length == 0),
    ]);

    private static string? Token(GgufVocabulary vocabulary, bool adds, int? id) => adds && id is { } known ? vocabulary.Tokens[known] : null;

    private static IReadOnlyList<(string Left, string Right)> MergesOfPieces(GgufVocabulary vocabulary)
    {
        float[] scores = vocabulary.Scores;
        return PieceMerges.Of([.. Enumerable.Range(0, scores.Length).Where(id => vocabulary.Kinds[id] == TokenKind.Normal).Select(id => (vocabulary.Tokens[id], scores[id]))]);
    }
}
