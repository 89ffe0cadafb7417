using System.Text;

namespace ModelPack.Runtime.Chat.Templates.Text;

/// <summary>Lengths, indices and slices in code points, as Python counts, over .NET's UTF-16 strings.</summary>
internal static class CodePoints
{
    private static readonly string[] AsciiTexts = [.. Enumerable.Range(0, 128).Select(code => ((char)code).ToString())];

    public static bool HasSurrogates(string text) => text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF');

    public static int SizeAt(string text, int index) =>
        char.IsHighSurrogate(text[index]) && index + 1 < text.Length && char.IsLowSurrogate(text[index + 1]) ? 2 : 1;

    /// <summary>The text of one code point.</summary>
    public static string Single(string text, int index, int size) =>
        size == 1 && text[index] < 128 ? AsciiTexts[text[index]] : text.Substring(index, size);

    public static int Count(string text)
    {
        if (!HasSurrogates(text))
        {
            return text.Length;
        }

        int count = 0;
        for (int i = 0; i < text.Length; i += SizeAt(text, i))
        {
            count++;
        }

        return count;
    }

    /// <summary>The UTF-16 position of a code point, for an index of 0 to the count.</summary>
    public static int Offset(string text, long index)
    {
        if (!HasSurrogates(text))
        {
            return (int)index;
        }

        int offset = 0;
        for (long i = 0; i < index; i++)
        {
            offset += SizeAt(text, offset);
        }

        return offset;
    }

    /// <summary>The texts of all code points.</summary>
    public static string[] Split(string text)
    {
        var parts = new string[Count(text)];
        for (int i = 0, at = 0; at < text.Length; i++)
        {
            int size = SizeAt(text, at);
            parts[i] = Single(text, at, size);
            at += size;
        }

        return parts;
    }

    public static string Reverse(string text)
    {
        char[] characters = text.ToCharArray();
        Array.Reverse(characters);
        for (int i = 0; i + 1 < characters.Length; i++)
        {
            if (char.IsLowSurrogate(characters[i]) && char.IsHighSurrogate(characters[i + 1]))
            {
                (characters[i], characters[i + 1]) = (characters[i + 1], characters[i]);
                i++;
            }
        }

        return new string(characters);
    }

    /// <summary>The scalar value at a position; a surrogate without its partner stands for itself.</summary>
    public static int ValueAt(string text, int index) =>
        SizeAt(text, index) == 2 ? char.ConvertToUtf32(text[index], text[index + 1]) : text[index];

    public static StringBuilder AppendCodePoint(this StringBuilder text, int codePoint) => codePoint < 0x10000
        ? text.Append((char)codePoint)
        : text.Append(char.ConvertFromUtf32(codePoint));
}
