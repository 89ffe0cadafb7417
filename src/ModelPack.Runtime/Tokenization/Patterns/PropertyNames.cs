namespace ModelPack.Runtime.Tokenization.Patterns;

/// <summary>Names inside \p{…} and [:…:], compared without case, spaces, hyphens and underscores.</summary>
internal static class PropertyNames
{
    public static readonly CodePointSet HexDigit = new CodePointSetBuilder().Add('0', '9').Add('A', 'F').Add('a', 'f').Build();

    private static readonly Dictionary<string, Func<CodePointSet>> Posix = new(StringComparer.Ordinal)
    {
        ["alnum"] = () => Alphabetic.Union(UnicodeSets.Digit),
        ["alpha"] = () => Alphabetic,
        ["ascii"] = () => CodePointSet.Range(0, 0x7F),
        ["blank"] = () => UnicodeSets.Categories("Zs").Union(CodePointSet.Of('\t')),
        ["cntrl"] = () => UnicodeSets.Categories("Cc"),
        ["digit"] = () => UnicodeSets.Digit,
        ["graph"] = () => UnicodeSets.Space.Union(UnicodeSets.Categories("Cc Cs Cn")).Complement(),
        ["lower"] = () => UnicodeSets.Categories("Ll"),
        ["print"] = () => UnicodeSets.Categories("Cc Cs Cn Zl Zp").Complement(),
        ["punct"] = () => UnicodeSets.Punctuation.Union(UnicodeSets.Symbol),
        ["space"] = () => UnicodeSets.Space,
        ["upper"] = () => UnicodeSets.Categories("Lu"),
        ["word"] = () => UnicodeSets.Word,
        ["xdigit"] = () => HexDigit,
    };

    private static readonly Dictionary<string, Func<CodePointSet>> Others = new(StringComparer.Ordinal)
    {
        ["any"] = () => CodePointSet.All,
        ["assigned"] = () => UnicodeSets.Categories("Cn").Complement(),
        ["c"] = () => UnicodeSets.Categories("Cc Cf Cs Co Cn"),
        ["l"] = () => UnicodeSets.Letter,
        ["lc"] = () => UnicodeSets.Categories("Lu Ll Lt"),
        ["letter"] = () => UnicodeSets.Letter,
        ["m"] = () => UnicodeSets.Mark,
        ["mark"] = () => UnicodeSets.Mark,
        ["n"] = () => UnicodeSets.Number,
        ["number"] = () => UnicodeSets.Number,
        ["p"] = () => UnicodeSets.Punctuation,
        ["punctuation"] = () => UnicodeSets.Punctuation,
        ["s"] = () => UnicodeSets.Symbol,
        ["symbol"] = () => UnicodeSets.Symbol,
        ["z"] = () => UnicodeSets.Categories("Zs Zl Zp"),
        ["separator"] = () => UnicodeSets.Categories("Zs Zl Zp"),
        ["whitespace"] = () => UnicodeSets.Space,
        ["alphabetic"] = () => Alphabetic,
        ["uppercaseletter"] = () => UnicodeSets.Categories("Lu"),
        ["lowercaseletter"] = () => UnicodeSets.Categories("Ll"),
        ["titlecaseletter"] = () => UnicodeSets.Categories("Lt"),
        ["modifierletter"] = () => UnicodeSets.Categories("Lm"),
        ["otherletter"] = () => UnicodeSets.Categories("Lo"),
        ["nonspacingmark"] = () => UnicodeSets.Categories("Mn"),
        ["decimalnumber"] = () => UnicodeSets.Digit,
        ["han"] = () => Scripts.Han,
        ["hiragana"] = () => Scripts.Hiragana,
        ["katakana"] = () => Scripts.Katakana,
        ["hangul"] = () => Scripts.Hangul,
    };

    private const string TwoLetterCategories = "|lu|ll|lt|lm|lo|mn|mc|me|nd|nl|no|zs|zl|zp|cc|cf|cs|co|pc|pd|ps|pe|pi|pf|po|sm|sc|sk|so|cn|";

    private static CodePointSet Alphabetic => UnicodeSets.WordOrJoiner.Except(UnicodeSets.Categories("Nd Pc Cf"));

    /// <summary>The set of a \p name, or null where it is not known.</summary>
    public static CodePointSet? Find(string name)
    {
        string key = name.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal).ToLowerInvariant();
        if (key.Length == 2 && TwoLetterCategories.Contains($"|{key}|", StringComparison.Ordinal))
        {
            return UnicodeSets.Categories(char.ToUpperInvariant(key[0]) + key[1..]);
        }

        return Others.TryGetValue(key, out Func<CodePointSet>? make) || Posix.TryGetValue(key, out make) ? make() : null;
    }

    /// <summary>The set of a [:name:], or null where it is not known.</summary>
    public static CodePointSet? FindPosix(string name) => Posix.TryGetValue(name, out Func<CodePointSet>? make) ? make() : null;
}
