namespace ModelPack.Runtime.Tokenization.Models;

/// <summary>The error of a vocabulary without an unknown token that meets text it lacks.</summary>
internal static class UnknownText
{
    public static ModelPackException Error(ReadOnlySpan<char> text) => new(
        TokenizerErrors.UnknownText,
        $"The text has '{(text.Length > 40 ? text[..40] : text)}', which the tokenizer's vocabulary lacks, and it names no unknown token; take that out of the text.");
}
