using ModelPack.Runtime.Tokenization.Loading;

namespace ModelPack.Runtime.Tokenization.AddedTokens;

/// <summary>A token that is looked for in the text itself, before anything else happens to it.</summary>
/// <param name="Id">Its id in this tokenizer.</param>
/// <param name="Content">Its text in the file.</param>
/// <param name="Match">What is looked for, and what decoding gives: the content or, for a token of normalized text, that normalized.</param>
/// <param name="SingleWord">Not inside a word.</param>
/// <param name="LeftStrip">Takes the white space before it.</param>
/// <param name="RightStrip">Takes the white space behind it.</param>
/// <param name="Normalized">Looked for in the normalized text.</param>
/// <param name="Special">Skipped when decoding for a reader.</param>
internal sealed record AddedToken(
    int Id, string Content, string Match, bool SingleWord, bool LeftStrip, bool RightStrip, bool Normalized, bool Special)
{
    /// <summary>
    /// Whether decoding for a reader leaves it out. Not where normalizing changed its text: the reference library no longer knows it then.
    /// </summary>
    public bool IsSkipped => Special && Match == Content;

    /// <summary>Reads one entry; its Id is the one written there.</summary>
    public static AddedToken Read(JsonPart part)
    {
        bool special = part.OptionalFlag("special", false);
        string content = part.Required("content").Text();
        return new AddedToken(
            part.Required("id").Number(0, int.MaxValue - 1),
            content,
            content,
            part.OptionalFlag("single_word", false),
            part.OptionalFlag("lstrip", false),
            part.OptionalFlag("rstrip", false),
            part.OptionalFlag("normalized", !special),
            special);
    }
}
