namespace ModelPack.Runtime.Tokenization.Conversion;

/// <summary>The components of tokenizer.json that conversions put together, as Hugging Face's library writes them.</summary>
internal static class Steps
{
    /// <summary>SentencePiece's mark for a space.</summary>
    public const string Space = "\u2581";

    public static Step Of(string type, params (string Name, object? Value)[] members) => new([("type", type), .. members]);

    public static Step Replace(string text, string content) => Of("Replace", ("pattern", new Step(("String", text))), ("content", content));

    public static Step ReplacePattern(string pattern, string content) => Of("Replace", ("pattern", new Step(("Regex", pattern))), ("content", content));

    public static Step Prepend(string text) => Of("Prepend", ("prepend", text));

    /// <summary>Sets the matches of a pattern apart.</summary>
    public static Step Split(string pattern) => Split(new Step(("Regex", pattern)), "Isolated", invert: false);

    public static Step Split(Step pattern, string behavior, bool invert) => Of("Split", ("pattern", pattern), ("behavior", behavior), ("invert", invert));

    public static Step ByteLevel(bool addPrefixSpace, bool trimOffsets, bool useRegex) =>
        Of("ByteLevel", ("add_prefix_space", addPrefixSpace), ("trim_offsets", trimOffsets), ("use_regex", useRegex));

    public static Step Metaspace(string prependScheme, bool split) => Of("Metaspace", ("replacement", Space), ("prepend_scheme", prependScheme), ("split", split));

    public static Step Normalizers(params Step[] steps) => Of("Sequence", ("normalizers", steps));

    public static Step PreTokenizers(params Step[] steps) => Of("Sequence", ("pretokenizers", steps));

    /// <summary>Pieces to text: marks to spaces, byte tokens to characters, and without the space that was put in front.</summary>
    public static Step PieceDecoder(bool bytes, bool dropsSpace) => Of("Sequence", ("decoders", (Step[])
    [
        Replace(Space, " "),
        .. bytes ? [Of("ByteFallback")] : (Step[])[],
        Of("Fuse"),
        .. dropsSpace ? [Of("Strip", ("content", " "), ("start", 1), ("stop", 0))] : (Step[])[],
    ]));

    /// <summary>Puts special tokens around one text and around two; null where there are none.</summary>
    /// <param name="layout">What is put where.</param>
    /// <param name="idOf">The id of a token.</param>
    public static Step? Template(EdgeLayout layout, Func<string, int> idOf)
    {
        string[] used = [.. layout.Single.Concat(layout.Pair).Select(part => part.Token).OfType<string>().Distinct(StringComparer.Ordinal)];
        return used.Length == 0 ? null : Of(
            "TemplateProcessing",
            ("single", layout.Single.Select(Entry)),
            ("pair", layout.Pair.Select(Entry)),
            ("special_tokens", new Step([.. used.Select(token => (token, (object?)new Step(("id", token), ("ids", new object[] { idOf(token) }), ("tokens", new[] { token }))))])));

        static Step Entry(EdgePart part) => part.Token is { } token
            ? new Step(("SpecialToken", new Step(("id", token), ("type_id", part.Type))))
            : new Step(("Sequence", new Step(("id", part.Second ? "B" : "A"), ("type_id", part.Type))));
    }
}
