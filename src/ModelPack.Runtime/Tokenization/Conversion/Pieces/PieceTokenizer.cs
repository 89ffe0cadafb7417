namespace ModelPack.Runtime.Tokenization.Conversion.Pieces;

/// <summary>A SentencePiece model as tokenizer.json.</summary>
internal static class PieceTokenizer
{
    private const int Unigram = 1;
    private const int BytePairs = 2;
    private const int Characters = 4;
    private const int MostSentinels = 10_000;

    // Finding the ways to cut a piece in two takes the square of its length; published ones have at most some 60.
    private const int LongestMergedPiece = 512;

    /// <param name="file">Path of the model, for messages.</param>
    /// <param name="model">What it says.</param>
    /// <param name="settings">What stands beside it.</param>
    /// <exception cref="ModelPackException">MPK4103 to MPK4105: something that tokenizer.json cannot say, or files that contradict each other.</exception>
    public static TokenizerDescription Describe(string file, PieceModel model, TokenizerSettings settings)
    {
        PieceClass kind = PieceClass.Find(settings.Class) ?? throw Unsupported(
            Path.Combine(settings.Folder, "tokenizer_config.json"),
            $"tokenizer_class is '{settings.Class}', and SentencePiece models are read for {string.Join(", ", PieceClass.Names)}, or without a tokenizer_class as the model itself says");
        Check(file, model);
        if (kind.Form == PieceForm.Deberta && settings.Flag("split_by_punct", false))
        {
            throw Unsupported(Path.Combine(settings.Folder, "tokenizer_config.json"), "split_by_punct is set");
        }

        List<Piece> pieces = Pieces(model, kind, settings);
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int id = 0; id < pieces.Count; id++)
        {
            if (!ids.TryAdd(pieces[id].Text, id))
            {
                throw new ModelPackException(TokenizerErrors.Contradiction, $"{file}: pieces has '{pieces[id].Text}', which {kind.Name} adds; take the file that was published with the model.");
            }
        }

        var roles = new TokenRoles(settings, kind.Roles);
        int? Find(string token) => ids.TryGetValue(token, out int id) ? id : null;
        IReadOnlyList<WrittenToken> added = roles.Added(Find, pieces.Count, Named(pieces));
        int IdOf(string token) => Find(token) ?? added.First(entry => entry.Content == token).Id;
        int unknown = pieces.Index().First(piece => piece.Item.Kind == PieceKind.Unknown).Index;
        bool bytes = model.HasBytes || kind.Form is PieceForm.Llama or PieceForm.Gemma;
        bool addsSpace = settings.OptionalFlag("add_prefix_space") ?? model.AddsSpace;
        PieceSteps steps = PieceSteps.Of(kind.Form, model, settings, addsSpace, bytes);
        return new TokenizerDescription
        {
            AddedTokens = added,
            Normalizer = steps.Normalizer,
            PreTokenizer = steps.PreTokenizer,
            Decoder = steps.Decoder,
            PostProcessor = Steps.Template(Edges(kind, model, settings, roles), IdOf),
            Model = model.ModelType == Unigram
                ? Steps.Of("Unigram", ("unk_id", unknown), ("byte_fallback", bytes), ("hidden", Hidden(pieces)), ("precision", "single"))
                : Steps.Of(
                    "BPE",
                    ("dropout", null),
                    ("unk_token", pieces[unknown].Text),
                    ("continuing_subword_prefix", null),
                    ("end_of_word_suffix", null),
                    ("fuse_unk", true),
                    ("byte_fallback", bytes),
                    ("ignore_merges", false)),
            Vocabulary = [.. pieces.Select((piece, id) => (piece.Text, id))],
            Scores = model.ModelType == Unigram ? [.. pieces.Select(piece => piece.Score)] : null,
            Merges = model.ModelType switch
            {
                Unigram => null,
                BytePairs => PieceMerges.Of([.. pieces.Where(piece => piece.Kind == PieceKind.Normal).Select(piece => (piece.Text, piece.Score))]),
                _ => [],
            },
        };
    }

    private static void Check(string file, PieceModel model)
    {
        if (model.ModelType is not (Unigram or BytePairs or Characters))
        {
            throw Unsupported(file, $"trainer_spec.model_type is {model.ModelType}, and this version reads 1 (unigram), 2 (BPE) and 4 (characters)");
        }

        if (model.SpaceIsSuffix || !model.MarksSpaces)
        {
            throw Unsupported(file, model.SpaceIsSuffix ? "trainer_spec.treat_whitespace_as_suffix is set" : "normalizer_spec.escape_whitespaces is off");
        }

        for (int id = 0; id < model.Pieces.Count; id++)
        {
            if (model.Pieces[id].Kind == PieceKind.Unused)
            {
                throw Unsupported(file, $"pieces[{id}] ('{model.Pieces[id].Text}') is of the type UNUSED");
            }

            if (model.ModelType == BytePairs && model.Pieces[id] is { Kind: PieceKind.Normal, Text.Length: > LongestMergedPiece })
            {
                throw new ModelPackException(
                    TokenizerErrors.FieldInvalid,
                    $"{file}: pieces[{id}] has {model.Pieces[id].Text.Length} characters, and pieces of BPE have at most {LongestMergedPiece}; take the file that was published with the model.");
            }
        }
    }

    private static List<Piece> Pieces(PieceModel model, PieceClass kind, TokenizerSettings settings)
    {
        string[] sentinels = [];
        if (kind.HasSentinels)
        {
            int count = settings.Number("extra_ids", 100, MostSentinels);
            sentinels = [.. Enumerable.Range(0, count).Select(i => $"<extra_id_{count - 1 - i}>").Where(token => !model.Pieces.Any(piece => piece.Text == token))];
        }

        List<Piece> pieces =
        [
            .. kind.Front.Select(text => new Piece(text, 0, text == "<unk>" ? PieceKind.Unknown : PieceKind.Control)),
            .. model.Pieces.Skip(kind.Skipped),
            .. kind.Back.Concat(sentinels).Select(text => new Piece(text, 0, PieceKind.Control)),
        ];
        for (int id = 0; id < pieces.Count; id++)
        {
            pieces[id] = (kind.Form, pieces[id].Text) switch
            {
                // ALBERT's own code cuts a comma off a number; its conversion makes such pieces dear instead.
                (PieceForm.Albert, [.., >= '0' and <= '9', ',']) => pieces[id] with { Score = pieces[id].Score - 100 },

                // Gemma's pieces lack the tab, for which its files have the piece of its byte.
                (PieceForm.Gemma, "<0x09>") when !pieces.Any(piece => piece.Text == "\t") => pieces[id] with { Text = "\t", Kind = PieceKind.Normal },
                _ => pieces[id],
            };
        }

        return pieces;
    }

    private static IReadOnlyList<WrittenToken> Named(IReadOnlyList<Piece> pieces) =>
    [
        .. pieces.Select((piece, id) => (piece, id))
            .Where(entry => entry.piece.Kind is PieceKind.Unknown or PieceKind.Control or PieceKind.UserDefined)
            .Select(entry => new WrittenToken(entry.id, entry.piece.Text, entry.piece.Kind != PieceKind.UserDefined)),
    ];

    // Pieces that the library never makes from text; other readers of tokenizer.json pass this over.
    private static IEnumerable<int> Hidden(List<Piece> pieces) =>
        Enumerable.Range(0, pieces.Count).Where(id => pieces[id].Kind is PieceKind.Unknown or PieceKind.Control or PieceKind.Byte);

    private static EdgeLayout Edges(PieceClass kind, PieceModel model, TokenizerSettings settings, TokenRoles roles)
    {
        if (kind.Single is not null)
        {
            return EdgeLayout.Parse(kind.Single, kind.Pair!, roles.Require);
        }

        string? Token(string role, int id) => roles.Find(role) ?? (id >= 0 && id < model.Pieces.Count ? model.Pieces[id].Text : null);
        return EdgeLayout.BeginEnd(
            settings.Flag("add_bos_token", kind.AddsBos) ? Token("bos", model.Bos) : null,
            settings.Flag("add_eos_token", false) ? Token("eos", model.Eos) : null);
    }

    private static ModelPackException Unsupported(string file, string what) =>
        new(TokenizerErrors.ComponentUnsupported, $"{file}: {what}; save the tokenizer in its fast form (tokenizer.json).");
}
