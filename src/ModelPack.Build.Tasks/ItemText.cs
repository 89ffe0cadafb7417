using System.Globalization;
using System.Text;

namespace ModelPack.Build;

/// <summary>Plain text as MSBuild expects it in the specification or metadata of a new item.</summary>
internal static class ItemText
{
    private static readonly char[] Reserved = ['%', '$', '@', '\'', '(', ')', ';', '?', '*'];

    /// <summary>Writes the characters that mean something to MSBuild as <c>%xx</c>.</summary>
    public static string Escape(string text)
    {
        if (text.IndexOfAny(Reserved) < 0)
        {
            return text;
        }

        var escaped = new StringBuilder(text.Length + 16);
        foreach (char c in text)
        {
            if (Array.IndexOf(Reserved, c) < 0)
            {
                escaped.Append(c);
            }
            else
            {
                escaped.Append('%').Append(((int)c).ToString("x2", CultureInfo.InvariantCulture));
            }
        }

        return escaped.ToString();
    }
}
