namespace ModelPack.Runtime.Tokenization.Conversion.BytePairs;

/// <summary>vocab.json and merges.txt of byte-level BPE as tokenizer.json.</summary>
internal static class BytePairTokenizer
{
    /// <param name="vocabularyFile">Path of vocab.json.</param>
    /// <param name="mergesFile">Path of merges.txt.</param>
    /// <param name="settings">What stands beside them.</param>
    /// <exception cref="ModelPackException">MPK4101 to MPK4105: files that cannot be read, are not supported or contradict each other.</exception>
    public static TokenizerDescription Describe(string vocabularyFile, string mergesFile, TokenizerSettings settings)
    {
        BytePairClass kind = BytePairClass.Find(settings.Class) ?? throw new ModelPackException(
            TokenizerErrors.ComponentUnsupported,
            $"{Path.Combine(settings.Folder, "tokenizer_config.json")}: tokenizer_class is '{settings.Class}', and vocab.json with merges.txt is read for {string.Join(", ", BytePairClass.Names)}; save the tokenizer in its fast form (tokenizer.json).");
        VocabularyList vocabulary = VocabularyList.ReadObject(vocabularyFile);
        List<(string, string)> merges = MergesFile.Read(mergesFile, vocabulary);
        var roles = new TokenRoles(settings, kind.Roles);
        IReadOnlyList<WrittenToken> added = roles.Added(vocabulary.Find, vocabulary.Tokens.Count, []);
        int IdOf(string token) => vocabulary.Find(token) ?? added.First(entry => entry.Content == token).Id;
        bool prefix = settings.Flag("add_prefix_space", false);
        Step bytes = Steps.ByteLevel(prefix, trimOffsets: true, useRegex: kind.Pattern is null);
        return new TokenizerDescription
        {
            AddedTokens = added,
            Normalizer = kind.Composes ? Steps.Of("NFC") : null,
            PreTokenizer = kind.Pattern is { } pattern ? Steps.PreTokenizers(Steps.Split(pattern), bytes) : bytes,
            PostProcessor = Edges(kind, settings, roles, prefix, IdOf),
            Decoder = Steps.ByteLevel(addPrefixSpace: true, trimOffsets: true, useRegex: true),
            Model = Steps.Of(
                "BPE",
                ("dropout", null),
                ("unk_token", null),
                ("continuing_subword_prefix", ""),
                ("end_of_word_suffix", ""),
                ("fuse_unk", false),
                ("byte_fallback", false),
                ("ignore_merges", false)),
            Vocabulary = vocabulary.Tokens,
            Merges = merges,
        };
    }

    private static Step Edges(BytePairClass kind, TokenizerSettings settings, TokenRoles roles, bool prefix, Func<string, int> idOf)
    {
        if (kind.HasEdges)
        {
            return Steps.Of(
                "RobertaProcessing",
                ("sep", new object[] { roles.Require("sep"), idOf(roles.Require("sep")) }),
                ("cls", new object[] { roles.Require("cls"), idOf(roles.Require("cls")) }),
                ("trim_offsets", true),
                ("add_prefix_space", prefix));
        }

        // The reference implementation's GPT-2 puts the bos token before the first text only.
        string? bos = settings.Flag("add_bos_token", false) ? roles.Require("bos") : null;
        return bos is null
            ? Steps.ByteLevel(addPrefixSpace: true, trimOffsets: false, useRegex: true)
            : Steps.Template(EdgeLayout.Parse("{bos} $A", "{bos} $A $B:1", _ => bos), idOf)!;
    }
}
