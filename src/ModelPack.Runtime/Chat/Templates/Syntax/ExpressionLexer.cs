using System.Globalization;
using System.Numerics;

namespace ModelPack.Runtime.Chat.Templates.Syntax;

/// <summary>The tokens inside a tag: names, numbers, strings and operators.</summary>
internal static class ExpressionLexer
{
    // Longest first, so that '**' is not read as two '*'.
    private static readonly string[] Operators =
        ["//", "**", "==", "!=", ">=", "<=", "+", "-", "/", "*", "%", "~", "(", ")", "[", "]", "{", "}", ">", "<", "=", ".", ":", "|", ",", ";"];

    /// <summary>The token that begins at a position, and how many characters it takes.</summary>
    public static (Token Token, int Length) Next(string source, int position, int line)
    {
        char c = source[position];
        if (char.IsAsciiDigit(c))
        {
            return Number(source, position, line);
        }

        if (IsNameCharacter(c))
        {
            int end = position + 1;
            while (end < source.Length && IsNameCharacter(source[end]))
            {
                end++;
            }

            return (new Token(TokenKind.Name, source[position..end], line), end - position);
        }

        if (c is '\'' or '"')
        {
            return Quoted(source, position, line);
        }

        foreach (string candidate in Operators)
        {
            if (string.CompareOrdinal(source, position, candidate, 0, candidate.Length) == 0)
            {
                return (new Token(TokenKind.Operator, candidate, line), candidate.Length);
            }
        }

        throw new SyntaxFault($"unexpected character '{c}'", line);
    }

    private static (Token Token, int Length) Quoted(string source, int position, int line)
    {
        char quote = source[position];
        for (int i = position + 1; i < source.Length; i++)
        {
            if (source[i] == '\\')
            {
                i++;
            }
            else if (source[i] == quote)
            {
                string text = StringLiteral.Unescape(source.AsSpan(position + 1, i - position - 1), line);
                return (new Token(TokenKind.Text, text, line), i + 1 - position);
            }
        }

        throw new SyntaxFault($"a string is not closed by {quote}", line);
    }

    private static (Token Token, int Length) Number(string source, int position, int line)
    {
        if (source[position] == '0' && position + 1 < source.Length && PrefixBase(source[position + 1]) is var radix and > 0)
        {
            int end = Digits(source, position + 2, radix, leadingUnderscore: true);
            if (end > position + 2)
            {
                return (new Token(TokenKind.Integer, ParsePrefixed(source[(position + 2)..end], radix).ToString(), line), end - position);
            }
        }

        int whole = Digits(source, position, 10, leadingUnderscore: false);
        int last = FloatEnd(source, whole);
        bool follows = position > 0 && source[position - 1] == '.';
        if (last > whole && !follows)
        {
            return (new Token(TokenKind.Float, source[position..last].Replace("_", "", StringComparison.Ordinal), line), last - position);
        }

        if (source[position] == '0')
        {
            // Python knows no octal by a leading zero: 0777 is 0 and then 777.
            whole = position + 1;
            while (whole < source.Length && (source[whole] == '0' || (source[whole] == '_' && whole + 1 < source.Length && source[whole + 1] == '0')))
            {
                whole++;
            }
        }

        return (new Token(TokenKind.Integer, source[position..whole].Replace("_", "", StringComparison.Ordinal), line), whole - position);
    }

    /// <summary>Where a fraction and an exponent after the whole part end; the same position where there is neither.</summary>
    private static int FloatEnd(string source, int whole)
    {
        int end = whole;
        if (end + 1 < source.Length && source[end] == '.' && char.IsAsciiDigit(source[end + 1]))
        {
            end = Digits(source, end + 1, 10, leadingUnderscore: false);
        }

        if (end < source.Length && source[end] is 'e' or 'E')
        {
            int sign = end + 1 < source.Length && source[end + 1] is '+' or '-' ? end + 2 : end + 1;
            if (sign < source.Length && char.IsAsciiDigit(source[sign]))
            {
                end = Digits(source, sign, 10, leadingUnderscore: false);
            }
        }

        return end;
    }

    private static int Digits(string source, int at, int radix, bool leadingUnderscore)
    {
        bool underscore = leadingUnderscore;
        while (at < source.Length)
        {
            if (IsDigit(source[at], radix))
            {
                at++;
                underscore = true;
            }
            else if (source[at] == '_' && underscore && at + 1 < source.Length && IsDigit(source[at + 1], radix))
            {
                at++;
            }
            else
            {
                break;
            }
        }

        return at;
    }

    private static bool IsDigit(char c, int radix) => char.IsAsciiHexDigit(c) && Convert.ToInt32(c.ToString(), 16) < radix;

    private static int PrefixBase(char c) => c switch
    {
        'b' or 'B' => 2,
        'o' or 'O' => 8,
        'x' or 'X' => 16,
        _ => 0,
    };

    private static BigInteger ParsePrefixed(string digits, int radix)
    {
        BigInteger value = BigInteger.Zero;
        foreach (char c in digits)
        {
            if (c != '_')
            {
                value = value * radix + Convert.ToInt32(c.ToString(), 16);
            }
        }

        return value;
    }

    private static bool IsNameCharacter(char c) => c == '_' || char.IsAsciiLetterOrDigit(c) || (c >= 0x80 && char.GetUnicodeCategory(c) is
        UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter or UnicodeCategory.ModifierLetter
        or UnicodeCategory.OtherLetter or UnicodeCategory.LetterNumber or UnicodeCategory.DecimalDigitNumber);
}
