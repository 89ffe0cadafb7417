using System.Globalization;
using System.Text;

namespace ModelPack.Runtime.Tokenization.Patterns;

/// <summary>
/// Reads a regular expression in the syntax that tokenizer.json is written in: Oniguruma's Ruby syntax, where <c>$</c> and <c>^</c> are
/// line ends and starts, <c>{n,m}+</c> is a repeated repeat (not a possessive one), classes nest and intersect, and everything counts code points.
/// </summary>
internal ref struct PatternParser
{
    /// <summary>Groups deeper than this are refused; published patterns stay below 10.</summary>
    private const int DepthLimit = 100;

    private const int RepeatLimit = 100_000;

    private readonly string _source;
    private int _at;
    private int _depth;
    private PatternOptions _options;

    private PatternParser(string source) => _source = source;

    private readonly bool AtEnd => _at >= _source.Length;

    private readonly char Current => _source[_at];

    /// <exception cref="PatternException">The pattern is not valid, or uses something that is not supported.</exception>
    public static PatternNode Parse(string source)
    {
        var parser = new PatternParser(source);
        PatternNode result = parser.ReadChoice();
        return parser.AtEnd ? result : throw parser.Error("has an unmatched ')'");
    }

    private PatternNode ReadChoice()
    {
        if (++_depth > DepthLimit)
        {
            throw Error($"nests deeper than {DepthLimit} groups");
        }

        PatternOptions outer = _options;
        var alternatives = new List<PatternNode> { ReadSequence() };
        while (TryTake('|'))
        {
            alternatives.Add(ReadSequence());
        }

        _options = outer;
        _depth--;
        return alternatives.Count == 1 ? alternatives[0] : new ChoiceNode(alternatives);
    }

    private PatternNode ReadSequence()
    {
        var parts = new List<PatternNode>();
        while (!AtEnd && Current is not ('|' or ')'))
        {
            if (_options.HasFlag(PatternOptions.Extended) && TrySkipBlank())
            {
                continue;
            }

            if (ReadAtom() is { } atom)
            {
                parts.Add(ReadQuantifiers(atom));
            }
        }

        CaseFolding.JoinExpansions(parts);
        return parts.Count == 1 ? parts[0] : new SequenceNode(parts);
    }

    private bool TrySkipBlank()
    {
        if (char.IsWhiteSpace(Current))
        {
            _at++;
            return true;
        }

        if (Current != '#')
        {
            return false;
        }

        int lineFeed = _source.IndexOf('\n', _at);
        _at = lineFeed < 0 ? _source.Length : lineFeed + 1;
        return true;
    }

    private PatternNode? ReadAtom()
    {
        switch (Current)
        {
            case '(':
                return ReadGroup();
            case '[':
                return Literal(ReadClass());
            case '.':
                _at++;
                return new SetNode(_options.HasFlag(PatternOptions.DotAll) ? CodePointSet.All : CodePointSet.Of('\n').Complement());
            case '^':
                _at++;
                return new PlaceNode(Place.LineStart);
            case '$':
                _at++;
                return new PlaceNode(Place.LineEnd);
            case '\\':
                return ReadEscapeAtom();
            case '*' or '+' or '?':
                throw Error("repeats nothing");
            default:
                return Literal(ReadCodePoint());
        }
    }

    private readonly PatternNode Literal(int codePoint) =>
        _options.HasFlag(PatternOptions.IgnoreCase) ? CaseFolding.Literal(codePoint) : new SetNode(CodePointSet.Of(codePoint));

    private readonly SetNode Literal(CodePointSet set) =>
        new(_options.HasFlag(PatternOptions.IgnoreCase) ? CaseFolding.Close(set) : set);

    private PatternNode ReadQuantifiers(PatternNode atom)
    {
        for (int stacked = 0; !AtEnd; stacked++)
        {
            bool interval = Current == '{';
            if (!TryReadCounts(out int minimum, out int maximum))
            {
                break;
            }

            if (atom is PlaceNode || stacked == DepthLimit)
            {
                throw Error("repeats a place in the text, or one stretch too often");
            }

            if (TryTake('?'))
            {
                // {n}? is (?:…{n})? in this syntax, every other …? is the lazy form.
                atom = interval && minimum == maximum
                    ? new RepeatNode(Repeat(atom, minimum, maximum, false), 0, 1, false)
                    : Repeat(atom, minimum, maximum, true);
            }
            else if (!interval && TryTake('+'))
            {
                atom = new AtomicNode(Repeat(atom, minimum, maximum, false));
            }
            else
            {
                atom = Repeat(atom, minimum, maximum, false);
            }
        }

        return atom;
    }

    private static RepeatNode Repeat(PatternNode body, int minimum, int maximum, bool lazy)
    {
        // (x{1,3})+ reaches every length that x+ does, in the same order, without the nested search.
        bool same = !lazy && minimum <= 1 && maximum == int.MaxValue && body is RepeatNode { Lazy: false, Minimum: 1, Body: SetNode };
        return new RepeatNode(same ? ((RepeatNode)body).Body : body, minimum, maximum, lazy);
    }

    private bool TryReadCounts(out int minimum, out int maximum)
    {
        (minimum, maximum) = Current switch
        {
            '*' => (0, int.MaxValue),
            '+' => (1, int.MaxValue),
            '?' => (0, 1),
            _ => (-1, -1),
        };
        if (minimum >= 0)
        {
            _at++;
            return true;
        }

        return Current == '{' && TryReadInterval(out minimum, out maximum);
    }

    /// <summary>{n} {n,} {,m} {n,m}; anything else that begins with a brace is a literal brace.</summary>
    private bool TryReadInterval(out int minimum, out int maximum)
    {
        int start = _at++;
        int? low = ReadNumber();
        bool comma = TryTake(',');
        int? high = comma ? ReadNumber() : low;
        if (!TryTake('}') || (low is null && high is null))
        {
            _at = start;
            minimum = maximum = 0;
            return false;
        }

        minimum = low ?? 0;
        maximum = high ?? int.MaxValue;
        return minimum <= maximum ? true : throw Error($"has the repeat {_source[start.._at]}, whose minimum is over its maximum");
    }

    private int? ReadNumber()
    {
        int start = _at;
        while (!AtEnd && char.IsAsciiDigit(Current))
        {
            _at++;
        }

        if (start == _at)
        {
            return null;
        }

        return int.TryParse(_source.AsSpan(start, _at - start), NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number <= RepeatLimit
            ? number
            : throw Error($"repeats more than {RepeatLimit} times");
    }

    private PatternNode? ReadGroup()
    {
        _at++;
        if (!TryTake('?'))
        {
            return ReadGroupBody();
        }

        if (AtEnd)
        {
            throw Error("ends inside a group");
        }

        char kind = _source[_at++];
        switch (kind)
        {
            case ':':
                return ReadGroupBody();
            case '=':
                return new LookNode(ReadGroupBody(), Behind: false, Negative: false);
            case '!':
                return new LookNode(ReadGroupBody(), Behind: false, Negative: true);
            case '>':
                return new AtomicNode(ReadGroupBody());
            case '#':
                SkipPast(')');
                return null;
            case '<' when TryTake('='):
                return new LookNode(ReadGroupBody(), Behind: true, Negative: false);
            case '<' when TryTake('!'):
                return new LookNode(ReadGroupBody(), Behind: true, Negative: true);
            case '<':
                SkipPast('>');
                return ReadGroupBody();
            default:
                _at--;
                return ReadOptions();
        }
    }

    private PatternNode ReadGroupBody()
    {
        PatternNode body = ReadChoice();
        return TryTake(')') ? body : throw Error("has an unmatched '('");
    }

    /// <summary>(?i:…) and (?i): the second holds to the end of the group around it, over any '|'.</summary>
    private PatternNode ReadOptions()
    {
        PatternOptions outer = _options;
        bool on = true;
        while (true)
        {
            char letter = AtEnd ? '\0' : _source[_at++];
            if (letter is ':' or ')')
            {
                PatternNode body = ReadChoice();
                if (letter == ':' && !TryTake(')'))
                {
                    throw Error("has an unmatched '('");
                }

                _options = outer;
                return body;
            }

            PatternOptions option = letter switch
            {
                'i' => PatternOptions.IgnoreCase,
                'm' => PatternOptions.DotAll,
                'x' => PatternOptions.Extended,
                '-' => PatternOptions.None,
                _ => throw Error($"has the group option '{letter}', which is not supported"),
            };
            on &= letter != '-';
            _options = on ? _options | option : _options & ~option;
        }
    }

    private PatternNode ReadEscapeAtom()
    {
        char letter = _at + 1 < _source.Length ? _source[_at + 1] : throw Error("ends with a backslash");
        Place? place = letter switch
        {
            'A' => Place.TextStart,
            'z' => Place.TextEnd,
            'Z' => Place.TextEndOrLastLineFeed,
            'b' => Place.WordBoundary,
            'B' => Place.NoWordBoundary,
            _ => null,
        };
        if (place is { } found)
        {
            _at += 2;
            return new PlaceNode(found);
        }

        if (letter == 'R')
        {
            _at += 2;
            PatternNode carriageReturnLineFeed = new SequenceNode([new SetNode(CodePointSet.Of('\r')), new SetNode(CodePointSet.Of('\n'))]);
            var single = new SetNode(new CodePointSetBuilder().Add(0x0A, 0x0D).Add(0x85, 0x85).Add(0x2028, 0x2029).Build());
            return new AtomicNode(new ChoiceNode([carriageReturnLineFeed, single]));
        }

        return TryReadSetEscape(out CodePointSet? set) ? Literal(set) : Literal(ReadCharacterEscape(inClass: false));
    }

    /// <summary>\d \s \w \h \p{…} and their opposites; leaves everything else alone.</summary>
    private bool TryReadSetEscape([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out CodePointSet? set)
    {
        char letter = _at + 1 < _source.Length ? _source[_at + 1] : throw Error("ends with a backslash");
        if (letter is 'p' or 'P')
        {
            _at += 2;
            set = ReadProperty(letter == 'P');
            return true;
        }

        set = char.ToLowerInvariant(letter) switch
        {
            'd' => UnicodeSets.Digit,
            's' => UnicodeSets.Space,
            'w' => UnicodeSets.Word,
            'h' => PropertyNames.HexDigit,
            _ => null,
        };
        if (set is null)
        {
            return false;
        }

        set = char.IsAsciiLetterUpper(letter) ? set.Complement() : set;
        _at += 2;
        return true;
    }

    private CodePointSet ReadProperty(bool negative)
    {
        int end = AtEnd || Current != '{' ? -1 : _source.IndexOf('}', _at);
        if (end < 0)
        {
            throw Error("has a \\p without {name}");
        }

        string name = _source[(_at + 1)..end];
        _at = end + 1;
        negative ^= name.StartsWith('^');
        CodePointSet set = PropertyNames.Find(name.TrimStart('^')) ?? throw Error($"names the character class \\p{{{name}}}, which is not known");
        return negative ? set.Complement() : set;
    }

    private int ReadCharacterEscape(bool inClass)
    {
        _at++;
        int codePoint = ReadCodePoint();
        switch (codePoint)
        {
            case 't': return '\t';
            case 'n': return '\n';
            case 'r': return '\r';
            case 'f': return '\f';
            case 'v': return '\v';
            case 'a': return '\a';
            case 'e': return 0x1B;
            case 'b' when inClass: return '\b';
            case 'x' when TryTake('{'):
                int hex = ReadHex(1, 8);
                return TryTake('}') ? hex : throw Error("has a \\x{ without '}'");
            case 'x': return ReadHex(1, 2);
            case 'u': return ReadHex(4, 4);
            case '0': return ReadOctal();
        }

        // Any other letter or digit stands for something that this reader does not know: a reference, \K, \X, a control.
        return codePoint < 128 && char.IsAsciiLetterOrDigit((char)codePoint)
            ? throw Error($"uses \\{(char)codePoint}, which is not supported")
            : codePoint;
    }

    private int ReadHex(int least, int most)
    {
        int start = _at;
        while (!AtEnd && _at - start < most && char.IsAsciiHexDigit(Current))
        {
            _at++;
        }

        return _at - start >= least
            && uint.TryParse(_source.AsSpan(start, _at - start), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint value)
            && value < CodePointSet.Limit
            ? (int)value
            : throw Error("has a code point in hexadecimal that does not exist");
    }

    private int ReadOctal()
    {
        int value = 0;
        for (int i = 0; i < 2 && !AtEnd && Current is >= '0' and <= '7'; i++)
        {
            value = (value * 8) + (_source[_at++] - '0');
        }

        return value;
    }

    /// <summary>[…] with ranges, classes inside classes, [:names:] and &amp;&amp;.</summary>
    private CodePointSet ReadClass()
    {
        if (++_depth > DepthLimit)
        {
            throw Error($"nests deeper than {DepthLimit} classes");
        }

        _at++;
        bool negative = TryTake('^');
        CodePointSet? intersection = null;
        var union = new CodePointSetBuilder();
        bool first = true;
        while (true)
        {
            if (AtEnd)
            {
                throw Error("has an unmatched '['");
            }

            if (Current == ']' && !first)
            {
                _at++;
                break;
            }

            first = false;
            if (_source.AsSpan(_at).StartsWith("&&"))
            {
                _at += 2;
                CodePointSet left = union.Build();
                intersection = intersection?.Intersect(left) ?? left;
                union = new CodePointSetBuilder();
            }
            else
            {
                ReadClassItem(union);
            }
        }

        CodePointSet set = union.Build();
        set = intersection?.Intersect(set) ?? set;
        set = _options.HasFlag(PatternOptions.IgnoreCase) ? CaseFolding.Close(set) : set;
        _depth--;
        return negative ? set.Complement() : set;
    }

    private void ReadClassItem(CodePointSetBuilder union)
    {
        if (Current == '[')
        {
            union.Add(TryReadPosixClass(out CodePointSet? posix) ? posix : ReadClass());
            return;
        }

        if (Current == '\\' && TryReadSetEscape(out CodePointSet? set))
        {
            union.Add(set);
            return;
        }

        int low = ReadClassCodePoint();
        int high = low;
        bool range = _at + 1 < _source.Length && Current == '-' && _source[_at + 1] is not (']' or '[');
        if (range)
        {
            int dash = _at++;
            if (Current == '\\' && TryReadSetEscape(out CodePointSet? after))
            {
                union.Add('-', '-').Add(after);
            }
            else
            {
                high = ReadClassCodePoint();
            }

            if (high < low)
            {
                throw Error($"has the empty range {_source[(dash - 1).._at]}");
            }
        }

        union.Add(low, high);
    }

    private int ReadClassCodePoint() => Current == '\\' ? ReadCharacterEscape(inClass: true) : ReadCodePoint();

    private bool TryReadPosixClass([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out CodePointSet? set)
    {
        set = null;
        ReadOnlySpan<char> rest = _source.AsSpan(_at);
        int end = rest.StartsWith("[:") ? rest.IndexOf(":]") : -1;
        if (end < 0)
        {
            return false;
        }

        ReadOnlySpan<char> name = rest[2..end];
        bool negative = name.StartsWith("^");
        set = PropertyNames.FindPosix(name.TrimStart('^').ToString());
        if (set is null)
        {
            return false;
        }

        set = negative ? set.Complement() : set;
        _at += end + 2;
        return true;
    }

    private int ReadCodePoint()
    {
        if (AtEnd)
        {
            throw Error("ends too early");
        }

        Rune.DecodeFromUtf16(_source.AsSpan(_at), out Rune rune, out int length);
        _at += length;
        return rune.Value;
    }

    private bool TryTake(char expected)
    {
        if (AtEnd || Current != expected)
        {
            return false;
        }

        _at++;
        return true;
    }

    private void SkipPast(char end)
    {
        int found = _source.IndexOf(end, _at);
        _at = found >= 0 ? found + 1 : throw Error($"lacks a '{end}'");
    }

    private readonly PatternException Error(string what) => new($"the pattern {what} (at character {_at})");
}
