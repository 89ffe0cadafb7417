namespace ModelPack.Packing.Writing.Gguf.Vocabularies;

/// <summary>Every row of the embedding table as a token: its text and its kind.</summary>
internal sealed class TokenList
{
    private const int Bytes = 256;

    private TokenList(string[] texts, TokenKind[] kinds)
    {
        Texts = texts;
        Kinds = kinds;
    }

    /// <summary>Texts by id.</summary>
    public string[] Texts { get; }

    /// <summary>Kinds by id.</summary>
    public TokenKind[] Kinds { get; }

    /// <summary>True when every byte has a piece of its own.</summary>
    public bool HasBytes => Kinds.Count(kind => kind == TokenKind.Byte) == Bytes;

    /// <summary>Lists the tokens of a model; ids without a token are filled up.</summary>
    /// <param name="file">The tokenizer.</param>
    /// <param name="count">Rows of the embedding table.</param>
    /// <param name="kindOf">Kind of a token that was not added, by its text.</param>
    /// <exception cref="ModelPackException">MPK1702: a token has no row, or two have one text.</exception>
    public static TokenList Of(TokenizerDocument file, int count, Func<string, TokenKind> kindOf)
    {
        if (file.Tokenizer.VocabularySize > count)
        {
            throw file.Error(GgufOutputErrors.Vocabulary, $"it has a token with the id {file.Tokenizer.VocabularySize - 1}, and the embedding table has {count} rows");
        }

        var texts = new string[count];
        var kinds = new TokenKind[count];
        var known = new HashSet<string>(StringComparer.Ordinal);
        for (int id = 0; id < count; id++)
        {
            string? text = file.Tokenizer.IdToToken(id);
            texts[id] = text ?? $"[PAD{id}]";
            kinds[id] = text is null ? TokenKind.Unused
                : !file.AddedIds.Contains(id) ? kindOf(text)
                : kindOf(text) is TokenKind.Unknown ? TokenKind.Unknown
                : file.Tokenizer.IsSpecial(id) || LooksSpecial(text) ? TokenKind.Control
                : TokenKind.UserDefined;
            if (!known.Add(texts[id]))
            {
                throw file.Error(GgufOutputErrors.Vocabulary, $"the text '{texts[id]}' stands for two ids, one of them {id}, and llama.cpp finds tokens by their texts");
            }
        }

        return new TokenList(texts, kinds);
    }

    // Chat templates use such tokens as marks even where their files do not call them special.
    private static bool LooksSpecial(string text) => text.StartsWith("<|", StringComparison.Ordinal) && text.EndsWith("|>", StringComparison.Ordinal);
}
