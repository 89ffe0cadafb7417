using System.Globalization;
using System.Text;
using ModelPack.Runtime.Chat.Templates.Text;

namespace ModelPack.Runtime.Chat.Templates.Syntax;

/// <summary>The escapes of Python's string literals.</summary>
internal static class StringLiteral
{
    private const string Escapes = "n\nr\rt\tb\bf\fv\va\a\\\\''\"\"";

    public static string Unescape(ReadOnlySpan<char> body, int line)
    {
        if (!body.Contains('\\'))
        {
            return body.ToString();
        }

        var text = new StringBuilder(body.Length);
        for (int i = 0; i < body.Length;)
        {
            if (body[i] != '\\' || i + 1 == body.Length)
            {
                text.Append(body[i++]);
                continue;
            }

            i += 1 + AppendEscape(text, body[(i + 1)..], line);
        }

        return text.ToString();
    }

    /// <summary>Appends what the characters after a backslash mean, and returns how many of them were read.</summary>
    private static int AppendEscape(StringBuilder text, ReadOnlySpan<char> rest, int line)
    {
        char c = rest[0];
        switch (c)
        {
            case '\n':
                return 1;
            case 'x':
                return AppendHex(text, rest, 2, line);
            case 'u':
                return AppendHex(text, rest, 4, line);
            case 'U':
                return AppendHex(text, rest, 8, line);
            case 'N':
                throw new SyntaxFault(@"a character by its name (\N{…}) is not supported: write it as \uXXXX", line);
            case >= '0' and <= '7':
                return AppendOctal(text, rest);
        }

        int known = -1;
        for (int i = 0; i < Escapes.Length && known < 0; i += 2)
        {
            known = Escapes[i] == c ? i + 1 : -1;
        }

        _ = known < 0 ? text.Append('\\').Append(c) : text.Append(Escapes[known]);
        return 1;
    }

    private static int AppendHex(StringBuilder text, ReadOnlySpan<char> rest, int digits, int line)
    {
        if (rest.Length <= digits || !uint.TryParse(rest.Slice(1, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint code)
            || code > 0x10FFFF)
        {
            throw new SyntaxFault($@"a \{rest[0]} escape needs {digits} hexadecimal digits of a character", line);
        }

        text.AppendCodePoint((int)code);
        return digits + 1;
    }

    private static int AppendOctal(StringBuilder text, ReadOnlySpan<char> rest)
    {
        int code = 0;
        int length = 0;
        while (length < 3 && length < rest.Length && rest[length] is >= '0' and <= '7')
        {
            code = code * 8 + (rest[length++] - '0');
        }

        text.Append((char)code);
        return length;
    }
}
