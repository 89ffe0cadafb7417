namespace ModelPack.Runtime.Tokenization.Conversion.Words;

/// <summary>A vocab.txt of WordPiece as tokenizer.json.</summary>
internal static class WordTokenizer
{
    /// <param name="file">Path of the vocabulary.</param>
    /// <param name="settings">What stands beside it.</param>
    /// <exception cref="ModelPackException">MPK4101 to MPK4105: files that cannot be read, are not supported or contradict each other.</exception>
    public static TokenizerDescription Describe(string file, TokenizerSettings settings)
    {
        WordClass kind = WordClass.Find(settings.Class) ?? throw new ModelPackException(
            TokenizerErrors.ComponentUnsupported,
            $"{Path.Combine(settings.Folder, "tokenizer_config.json")}: tokenizer_class is '{settings.Class}', and vocab.txt is read for {string.Join(", ", WordClass.Names)}; save the tokenizer in its fast form (tokenizer.json).");
        VocabularyList vocabulary = VocabularyList.ReadLines(file);
        var roles = new TokenRoles(settings, kind.Roles);
        string unknown = roles.Require("unk");
        if (vocabulary.Find(unknown) is null)
        {
            throw new ModelPackException(TokenizerErrors.Contradiction, $"{file}: no line is '{unknown}', the token for unknown words; take vocabulary and tokenizer_config.json from one place.");
        }

        IReadOnlyList<WrittenToken> added = roles.Added(vocabulary.Find, vocabulary.Tokens.Count, []);
        return new TokenizerDescription
        {
            AddedTokens = added,
            Normalizer = Steps.Of(
                "BertNormalizer",
                ("clean_text", true),
                ("handle_chinese_chars", settings.Flag("tokenize_chinese_chars", true)),
                ("strip_accents", settings.OptionalFlag("strip_accents")),
                ("lowercase", settings.Flag("do_lower_case", true))),
            PreTokenizer = Steps.Of("BertPreTokenizer"),
            PostProcessor = Steps.Template(EdgeLayout.Parse(kind.Single, kind.Pair, roles.Require), token => added.First(entry => entry.Content == token).Id),
            Decoder = Steps.Of("WordPiece", ("prefix", "##"), ("cleanup", true)),
            Model = Steps.Of("WordPiece", ("unk_token", unknown), ("continuing_subword_prefix", "##"), ("max_input_chars_per_word", 100)),
            Vocabulary = vocabulary.Tokens,
        };
    }
}
