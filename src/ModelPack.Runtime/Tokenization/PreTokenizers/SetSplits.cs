using System.Text;
using ModelPack.Runtime.Tokenization.Loading;
using ModelPack.Runtime.Tokenization.Patterns;

namespace ModelPack.Runtime.Tokenization.PreTokenizers;

/// <summary>The pre-tokenizers of the format that split by the kind of character.</summary>
internal static class SetSplits
{
    /// <summary>Unicode's punctuation and ASCII's, which counts signs such as $ and + in.</summary>
    private static readonly CodePointSet Marks = UnicodeSets.Punctuation.Union(
        new CodePointSetBuilder().Add('!', '/').Add(':', '@').Add('[', '`').Add('{', '~').Build());

    /// <summary>Words and runs of other signs; white space falls away. Words here may hold joiners.</summary>
    private static readonly Lazy<PatternSplit> Words = new(() => new PatternSplit(
        PatternCompiler.Compile(@"\w+|[^\w\s]+", new ChoiceNode(
        [
            new RepeatNode(new SetNode(UnicodeSets.WordOrJoiner), 1, int.MaxValue, Lazy: false),
            new RepeatNode(new SetNode(UnicodeSets.WordOrJoiner.Union(UnicodeSets.Space).Complement()), 1, int.MaxValue, Lazy: false),
        ])),
        SplitBehavior.Removed,
        invert: true));

    public static PreTokenizer Whitespace => Words.Value;

    public static PreTokenizer WhitespaceSplit { get; } = new SetSplit(UnicodeSets.Space, SplitBehavior.Removed);

    public static PreTokenizer Bert { get; } =
        new PreTokenizerSequence([WhitespaceSplit, new SetSplit(Marks, SplitBehavior.Isolated)]);

    public static PreTokenizer Digits(JsonPart part) => new SetSplit(
        UnicodeSets.Number, part.OptionalFlag("individual_digits", false) ? SplitBehavior.Isolated : SplitBehavior.Contiguous);

    public static PreTokenizer Punctuation(JsonPart part) => new SetSplit(
        Marks, part.Optional("behavior")?.Choice(SplittingPreTokenizer.Behaviors) ?? SplitBehavior.Isolated);

    public static PreTokenizer Delimiter(JsonPart part)
    {
        JsonPart delimiter = part.Required("delimiter");
        Rune[] runes = [.. delimiter.Text().EnumerateRunes()];
        return runes.Length == 1
            ? new SetSplit(CodePointSet.Of(runes[0].Value), SplitBehavior.Removed)
            : throw delimiter.Invalid("has to be one character");
    }
}
