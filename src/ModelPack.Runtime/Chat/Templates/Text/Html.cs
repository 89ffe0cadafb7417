using System.Buffers;
using System.Text;

namespace ModelPack.Runtime.Chat.Templates.Text;

/// <summary>HTML escaping as markupsafe does it.</summary>
internal static class Html
{
    private static readonly SearchValues<char> Special = SearchValues.Create("&<>'\"");

    public static string Escape(Meter meter, string text)
    {
        meter.Scan(text.Length);
        if (!text.AsSpan().ContainsAny(Special))
        {
            return text;
        }

        var escaped = new StringBuilder(text.Length + 16);
        foreach (char c in text)
        {
            _ = c switch
            {
                '&' => escaped.Append("&amp;"),
                '<' => escaped.Append("&lt;"),
                '>' => escaped.Append("&gt;"),
                '\'' => escaped.Append("&#39;"),
                '"' => escaped.Append("&#34;"),
                _ => escaped.Append(c),
            };
        }

        meter.Text(escaped.Length);
        return escaped.ToString();
    }
}
