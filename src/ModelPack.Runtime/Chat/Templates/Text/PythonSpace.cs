namespace ModelPack.Runtime.Chat.Templates.Text;

/// <summary>White space as Python's <c>str.isspace</c> knows it, which is not quite .NET's: U+001C to U+001F belong to it.</summary>
internal static class PythonSpace
{
    public static bool Is(char c) => c <= ' '
        ? c is ' ' or (>= '\t' and <= '\r') or (>= '\u001C' and <= '\u001F')
        : c >= '\u0085' && char.IsWhiteSpace(c);

    public static bool IsBlank(ReadOnlySpan<char> text)
    {
        foreach (char c in text)
        {
            if (!Is(c))
            {
                return false;
            }
        }

        return true;
    }

    public static string Trim(string text) => TrimStart(TrimEnd(text));

    public static string TrimStart(string text)
    {
        int start = 0;
        while (start < text.Length && Is(text[start]))
        {
            start++;
        }

        return text[start..];
    }

    public static string TrimEnd(string text)
    {
        int end = text.Length;
        while (end > 0 && Is(text[end - 1]))
        {
            end--;
        }

        return text[..end];
    }
}
