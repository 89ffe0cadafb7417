namespace ModelPack.Packing.Writing.Gguf.Vocabularies;

/// <summary>Byte-level BPE: llama.cpp's vocabulary type gpt2.</summary>
internal static class BytePairVocabulary
{
    // llama.cpp normalizes nothing. Text is almost always in form NFC already, which is all that these do to it.
    private static readonly string[] HarmlessNormalizers = ["NFC"];

    /// <summary>True when a tokenizer is of this kind.</summary>
    public static bool Fits(TokenizerDocument file) =>
        file.ModelType == "BPE" && file.Steps("pre_tokenizer", "pretokenizers").Any(step => step.GetProperty("type").GetString() == "ByteLevel");

    /// <summary>Adds its keys.</summary>
    /// <param name="metadata">The list.</param>
    /// <param name="file">The tokenizer.</param>
    /// <param name="count">Rows of the embedding table.</param>
    /// <exception cref="ModelPackException">MPK1702, MPK1703: llama.cpp would cut text into other tokens.</exception>
    public static void Add(MetadataList metadata, TokenizerDocument file, int count)
    {
        if (file.Steps("normalizer", "normalizers").Select(step => step.GetProperty("type").GetString()!).Except(HarmlessNormalizers).FirstOrDefault() is { } normalizer)
        {
            throw file.Error(GgufOutputErrors.Vocabulary, $"its normalizer {normalizer} does not exist in llama.cpp for byte-level vocabularies");
        }

        TokenList tokens = TokenList.Of(file, count, _ => TokenKind.Normal);
        metadata.Add("tokenizer.ggml.model", "gpt2");
        metadata.Add("tokenizer.ggml.pre", PreTokenizers.NameOf(file));
        metadata.Add("tokenizer.ggml.tokens", tokens.Texts);
        metadata.Add("tokenizer.ggml.token_type", [.. tokens.Kinds.Select(kind => (int)kind)]);
        metadata.Add("tokenizer.ggml.merges", [.. Merges.Of(file).Select(merge => $"{merge.Left} {merge.Right}")]);
    }
}
