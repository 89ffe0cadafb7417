using System.Text;

namespace ModelPack.Build;

/// <summary>Text as one line of tab-separated fields, for the memo.</summary>
internal static class Line
{
    private static readonly char[] Special = ['\\', '\n', '\r', '\t'];

    /// <summary>Writes backslash, line ends and tabs as two characters.</summary>
    public static string Escape(string text)
    {
        if (text.IndexOfAny(Special) < 0)
        {
            return text;
        }

        var escaped = new StringBuilder(text.Length + 16);
        foreach (char c in text)
        {
            switch (c)
            {
                case '\\': escaped.Append("\\\\"); break;
                case '\n': escaped.Append("\\n"); break;
                case '\r': escaped.Append("\\r"); break;
                case '\t': escaped.Append("\\t"); break;
                default: escaped.Append(c); break;
            }
        }

        return escaped.ToString();
    }

    /// <summary>Undoes <see cref="Escape"/>.</summary>
    public static string Unescape(string text)
    {
        if (text.IndexOf('\\') < 0)
        {
            return text;
        }

        var plain = new StringBuilder(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\' || i + 1 == text.Length)
            {
                plain.Append(text[i]);
                continue;
            }

            char next = text[++i];
            plain.Append(next switch { 'n' => '\n', 'r' => '\r', 't' => '\t', _ => next });
        }

        return plain.ToString();
    }
}
