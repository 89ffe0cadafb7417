using ModelPack.Runtime.Tokenization.Decoders;
using ModelPack.Runtime.Tokenization.Models;
using ModelPack.Runtime.Tokenization.Normalizers;
using ModelPack.Runtime.Tokenization.Patterns;
using ModelPack.Runtime.Tokenization.PostProcessors;
using ModelPack.Runtime.Tokenization.PreTokenizers;

namespace ModelPack.Runtime.Tokenization.Loading;

/// <summary>
/// Every component type of tokenizer.json that this version runs, by the name in its "type" field. A further one is one class and one line here.
/// </summary>
internal static class Components
{
    private delegate TokenModel ModelFactory(in ModelSection section);

    private static readonly Dictionary<string, Func<JsonPart, Normalizer>> Normalizers = new()
    {
        ["BertNormalizer"] = CharacterNormalizers.Bert,
        ["ByteLevel"] = static _ => new ByteLevelNormalizer(),
        ["Lowercase"] = static _ => CharacterNormalizers.Lowercase,
        ["NFC"] = static _ => new NormalizationForm(compatibility: false, compose: true),
        ["NFD"] = static _ => new NormalizationForm(compatibility: false, compose: false),
        ["NFKC"] = static _ => new NormalizationForm(compatibility: true, compose: true),
        ["NFKD"] = static _ => new NormalizationForm(compatibility: true, compose: false),
        ["Nmt"] = static _ => CharacterNormalizers.Nmt,
        ["Precompiled"] = PrecompiledNormalizer.Read,
        ["Prepend"] = static part => new PrependNormalizer(part.Required("prepend").Text()),
        ["Replace"] = static part => Replace<Normalizer>(part, static (l, c) => new ReplaceStringNormalizer(l, c), static (p, c) => new ReplaceNormalizer(p, c)),
        ["Sequence"] = static part => new NormalizerSequence(part.Required("normalizers").Items().ConvertAll(Normalizer)),
        ["Strip"] = static part => new StripNormalizer(part.Required("strip_left").Flag(), part.Required("strip_right").Flag()),
        ["StripAccents"] = static _ => CharacterNormalizers.StripAccents,
    };

    private static readonly Dictionary<string, Func<JsonPart, PreTokenizer>> PreTokenizers = new()
    {
        ["BertPreTokenizer"] = static _ => SetSplits.Bert,
        ["ByteLevel"] = ByteLevelPreTokenizer.Read,
        ["CharDelimiterSplit"] = SetSplits.Delimiter,
        ["Digits"] = SetSplits.Digits,
        ["FixedLength"] = FixedLengthSplit.Read,
        ["Metaspace"] = MetaspacePreTokenizer.Read,
        ["Punctuation"] = SetSplits.Punctuation,
        ["Sequence"] = static part => new PreTokenizerSequence(part.Required("pretokenizers").Items().ConvertAll(PreTokenizer)),
        ["Split"] = static part => Split(part),
        ["Whitespace"] = static _ => SetSplits.Whitespace,
        ["WhitespaceSplit"] = static _ => SetSplits.WhitespaceSplit,
    };

    private static readonly Dictionary<string, ModelFactory> Models = new()
    {
        ["BPE"] = static (in ModelSection section) => BytePairModel.Read(section),
        ["Unigram"] = static (in ModelSection section) => UnigramModel.Read(section),
        ["WordLevel"] = static (in ModelSection section) => WordLevelModel.Read(section),
        ["WordPiece"] = static (in ModelSection section) => WordPieceModel.Read(section),
    };

    private static readonly Dictionary<string, Func<JsonPart, Func<int, bool>, PostProcessor>> PostProcessors = new()
    {
        ["BertProcessing"] = EdgeTokens.Bert,
        ["ByteLevel"] = static (part, _) => ByteLevelPostProcessor.Read(part),
        ["RobertaProcessing"] = EdgeTokens.Roberta,
        ["Sequence"] = static (part, isKnown) => new PostProcessorSequence(part.Required("processors").Items().ConvertAll(p => PostProcessor(p, isKnown))),
        ["TemplateProcessing"] = TemplatePostProcessor.Read,
    };

    private static readonly Dictionary<string, Func<JsonPart, TokenDecoder>> Decoders = new()
    {
        ["BPEDecoder"] = static part => new SuffixDecoder(part.OptionalText("suffix") ?? "</w>"),
        ["ByteFallback"] = static _ => new ByteFallbackDecoder(),
        ["ByteLevel"] = static _ => new ByteLevelDecoder(),
        ["CTC"] = CtcDecoder.Read,
        ["Fuse"] = static _ => new FuseDecoder(),
        ["Metaspace"] = static part => new MetaspaceDecoder(MetaspaceOptions.Read(part)),
        ["Replace"] = static part => Replace<TokenDecoder>(part, static (l, c) => new ReplaceStringDecoder(l, c), static (p, c) => new ReplaceDecoder(p, c)),
        ["Sequence"] = static part => new DecoderSequence(part.Required("decoders").Items().ConvertAll(Decoder)),
        ["Strip"] = StripDecoder.Read,
        ["WordPiece"] = WordPieceDecoder.Read,
    };

    public static Normalizer Normalizer(JsonPart part) => Find(part, Normalizers)(part);

    public static PreTokenizer PreTokenizer(JsonPart part) => Find(part, PreTokenizers)(part);

    /// <param name="part">The component's JSON.</param>
    /// <param name="isKnown">Whether an id is some token's.</param>
    public static PostProcessor PostProcessor(JsonPart part, Func<int, bool> isKnown) => Find(part, PostProcessors)(part, isKnown);

    public static TokenDecoder Decoder(JsonPart part) => Find(part, Decoders)(part);

    public static TokenModel Model(in ModelSection section)
    {
        JsonPart? type = section.Fields.Optional("type");
        string name = type?.Text() ?? GuessModel(section);
        return Models.TryGetValue(name, out ModelFactory? factory)
            ? factory(section)
            : throw section.Invalid("model.type", $"is '{name}', which this version does not run ({string.Join(", ", Models.Keys)})", TokenizerErrors.ComponentUnsupported);
    }

    /// <summary>Files from before the "type" field: the members that are there tell.</summary>
    private static string GuessModel(in ModelSection section) =>
        !section.Merges.IsEmpty ? "BPE"
        : section.Vocabulary.StartsWith("["u8) ? "Unigram"
        : section.Fields.Optional("continuing_subword_prefix") is not null ? "WordPiece"
        : "WordLevel";

    private static T Find<T>(JsonPart part, Dictionary<string, T> table)
    {
        JsonPart type = part.Required("type");
        string name = type.Text();
        return table.TryGetValue(name, out T? factory)
            ? factory
            : throw type.Invalid($"is '{name}', which this version does not run ({string.Join(", ", table.Keys)})", TokenizerErrors.ComponentUnsupported);
    }

    private static SplittingPreTokenizer Split(JsonPart part)
    {
        SplitBehavior behavior = part.Required("behavior").Choice(SplittingPreTokenizer.Behaviors);
        bool invert = part.OptionalFlag("invert", false);
        return ByPattern<SplittingPreTokenizer>(
            part, literal => new LiteralSplit(literal, behavior, invert), pattern => new PatternSplit(pattern, behavior, invert));
    }

    private static T Replace<T>(JsonPart part, Func<string, string, T> byString, Func<Pattern, string, T> byPattern)
    {
        string content = part.Required("content").Text();
        return ByPattern(part, literal => byString(literal, content), pattern => byPattern(pattern, content));
    }

    /// <summary>Reads "pattern": {"String": …} or {"Regex": …}.</summary>
    private static T ByPattern<T>(JsonPart part, Func<string, T> byString, Func<Pattern, T> byPattern)
    {
        JsonPart pattern = part.Required("pattern");
        return pattern.OptionalText("String") is { } literal ? byString(literal) : byPattern(Pattern(pattern.Required("Regex")));
    }

    private static Pattern Pattern(JsonPart part)
    {
        try
        {
            return Patterns.Pattern.Parse(part.Text());
        }
        catch (PatternException problem)
        {
            throw part.Invalid($"cannot be used: {problem.Message}", TokenizerErrors.PatternInvalid);
        }
    }
}
