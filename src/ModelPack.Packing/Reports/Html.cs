using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text;

namespace ModelPack.Packing.Reports;

/// <summary>
/// HTML being written. Interpolated strings are taken apart: what stands in the source is markup, what is put in is text and gets escaped, so
/// that no name from a model can become markup.
/// </summary>
internal sealed class Html
{
    private readonly StringBuilder _text = new();

    /// <summary>Adds markup with texts and numbers in it, and ends the line.</summary>
    public Html Line([InterpolatedStringHandlerArgument("")] ref Markup markup)
    {
        _text.Append('\n');
        return this;
    }

    /// <summary>Adds markup as it is, and ends the line; only for constants of this assembly.</summary>
    public Html Raw(string markup)
    {
        _text.Append(markup).Append('\n');
        return this;
    }

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();

    /// <summary>Takes an interpolated string apart.</summary>
    [InterpolatedStringHandler]
    public readonly ref struct Markup
    {
        private readonly StringBuilder _text;

        public Markup(int literalLength, int formattedCount, Html html) => _text = html._text;

        public void AppendLiteral(string markup) => _text.Append(markup);

        public void AppendFormatted(string? text) => _text.Append(WebUtility.HtmlEncode(text));

        public void AppendFormatted(long number) => _text.Append(number.ToString(CultureInfo.InvariantCulture));

        public void AppendFormatted(double number, string format) => _text.Append(number.ToString(format, CultureInfo.InvariantCulture));
    }
}
