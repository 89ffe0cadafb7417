namespace ModelPack.Runtime.Tokenization.Patterns;

/// <summary>
/// The patterns that most byte-level tokenizers cut words with, by hand: what a match of the general matcher is, found in one pass without a stack.
/// Every code point belongs to some match. Pure; shared by threads.
/// </summary>
internal sealed class WordPattern
{
    private const string Rest = @"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";
    private const string Words = @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|";

    private static readonly Dictionary<string, WordPattern> Known = new(StringComparer.Ordinal)
    {
        [@"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"] = new WordPattern(leadsAny: false, int.MaxValue),
        [Words + @"\p{N}{1,3}" + Rest] = new WordPattern(leadsAny: true, 3),
        [Words + @"\p{N}" + Rest] = new WordPattern(leadsAny: true, 1),
    };

    // Newer patterns: any sign may lead letters, contractions ignore case, line ends have rules of their own. GPT-2's: a space leads anything.
    private readonly bool _leadsAny;
    private readonly int _mostDigits;

    private WordPattern(bool leadsAny, int mostDigits)
    {
        _leadsAny = leadsAny;
        _mostDigits = mostDigits;
    }

    public static IEnumerable<string> Sources => Known.Keys;

    /// <summary>The pass for a pattern, or null where it is none of these.</summary>
    public static WordPattern? Find(string source) => Known.GetValueOrDefault(source);

    /// <summary>Where the match that begins at a place ends.</summary>
    public int End(ReadOnlySpan<char> text, int at)
    {
        char first = text[at];
        if (first == '\'' && Contraction(text, at) is > 0 and int contraction)
        {
            return contraction;
        }

        byte kind = CharacterKinds.Of(text, at, out int units);
        if (kind == CharacterKinds.Space)
        {
            return first == ' ' && LedBySpace(text, at) is > 0 and int led ? led
                : _leadsAny && first is not ('\r' or '\n') && LedLetters(text, at + units) is > 0 and int letters ? letters
                : Spaces(text, at);
        }

        return kind switch
        {
            CharacterKinds.Letter => Run(text, at + units, CharacterKinds.Letter, int.MaxValue),
            CharacterKinds.Number => Run(text, at + units, CharacterKinds.Number, _mostDigits - 1),
            _ => _leadsAny && LedLetters(text, at + units) is > 0 and int letters ? letters : Others(text, at + units),
        };
    }

    /// <summary>A space and what it leads: GPT-2's may lead anything, the newer ones' letters and signs.</summary>
    private int LedBySpace(ReadOnlySpan<char> text, int at)
    {
        if (at + 1 >= text.Length)
        {
            return -1;
        }

        byte next = CharacterKinds.Of(text, at + 1, out int units);
        return next switch
        {
            CharacterKinds.Letter => Run(text, at + 1 + units, CharacterKinds.Letter, int.MaxValue),
            CharacterKinds.Number => _leadsAny ? -1 : Run(text, at + 1 + units, CharacterKinds.Number, int.MaxValue),
            CharacterKinds.Other => Others(text, at + 1 + units),
            _ => -1,
        };
    }

    private static int LedLetters(ReadOnlySpan<char> text, int at) =>
        at < text.Length && CharacterKinds.Of(text, at, out int units) == CharacterKinds.Letter ? Run(text, at + units, CharacterKinds.Letter, int.MaxValue) : -1;

    private int Others(ReadOnlySpan<char> text, int at)
    {
        at = Run(text, at, CharacterKinds.Other, int.MaxValue);
        while (_leadsAny && at < text.Length && text[at] is '\r' or '\n')
        {
            at++;
        }

        return at;
    }

    /// <summary>A run of white space: up to its last line end, else all of it but what stands before a word.</summary>
    private int Spaces(ReadOnlySpan<char> text, int at)
    {
        // White space has no code points beyond the first plane.
        int end = Run(text, at, CharacterKinds.Space, int.MaxValue);
        int line = _leadsAny ? text[at..end].LastIndexOfAny('\r', '\n') : -1;
        return line >= 0 ? at + line + 1
            : end < text.Length && end - at > 1 ? end - 1
            : end;
    }

    private static int Run(ReadOnlySpan<char> text, int at, byte kind, int most)
    {
        for (int count = 0; count < most && at < text.Length && CharacterKinds.Of(text, at, out int units) == kind; count++)
        {
            at += units;
        }

        return at;
    }

    private int Contraction(ReadOnlySpan<char> text, int at)
    {
        ReadOnlySpan<char> rest = text[(at + 1)..];
        char first = rest.IsEmpty ? '\0' : Fold(rest[0]);
        char second = rest.Length > 1 ? Fold(rest[1]) : '\0';
        return first switch
        {
            's' or 't' or 'm' or 'd' => at + 2,
            'r' or 'v' when second == 'e' => at + 3,
            'l' when second == 'l' => at + 3,
            _ => -1,
        };
    }

    // ſ is an s to patterns that ignore case.
    private char Fold(char unit) => !_leadsAny ? unit : unit == 'ſ' ? 's' : char.IsAsciiLetterUpper(unit) ? (char)(unit | 0x20) : unit;
}
