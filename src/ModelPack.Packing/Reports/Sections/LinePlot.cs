using System.Globalization;
using System.Text;

namespace ModelPack.Packing.Reports.Sections;

/// <summary>A plot of one number a layer for several kinds of weights, as SVG with a mark of its own for each kind.</summary>
internal static class LinePlot
{
    /// <summary>Kinds that have a colour and a mark of their own.</summary>
    public const int MostSeries = 7;

    private const double Width = 760, Height = 300, Left = 56, Right = 12, Top = 12, Bottom = 44;

    // Around (0, 0).
    private static readonly string[] Marks =
    [
        "m-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0-7 0z",
        "m-3.2-3.2h6.4v6.4h-6.4z",
        "m0-4.2 4 7h-8z",
        "m0-4.5 4.5 4.5-4.5 4.5-4.5-4.5z",
        "m0 4.2 4-7h-8z",
        "m-4.2 0h8.4m-4.2-4.2v8.4",
        "m-3.4-3.4 6.8 6.8m0-6.8-6.8 6.8",
    ];

    /// <summary>Writes the plot and its key.</summary>
    /// <param name="html">The page.</param>
    /// <param name="title">What is plotted, for those who cannot see it.</param>
    /// <param name="layers">Number of layers.</param>
    /// <param name="series">Name and points (layer, value of at least 0) of each kind, at most <see cref="MostSeries"/>.</param>
    /// <param name="format">Format of the values.</param>
    public static void Write(Html html, string title, int layers, IReadOnlyList<(string Name, IReadOnlyList<(int Layer, double Value)> Points)> series, string format)
    {
        double step = Step(series.SelectMany(kind => kind.Points).Max(point => point.Value));
        double top = step * Math.Ceiling(series.SelectMany(kind => kind.Points).Max(point => point.Value) / step);
        double X(double layer) => layers == 1 ? (Left + Width - Right) / 2 : Left + 8 + ((Width - Left - Right - 16) * layer / (layers - 1));
        double Y(double value) => Height - Bottom - ((Height - Top - Bottom) * value / top);

        html.Line($"<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{title}\"><svg class=\"plot\" viewBox=\"0 0 {Width:0} {Height:0}\" role=\"img\" aria-label=\"{title}\">");
        for (int i = 0; i * step <= top * 1.001; i++)
        {
            html.Line($"<path class=\"grid\" d=\"M{Left:0} {Y(i * step):0.#}H{Width - Right:0}\"/><text x=\"{Left - 8:0}\" y=\"{Y(i * step) + 4:0.#}\" text-anchor=\"end\">{(i * step).ToString(format, CultureInfo.InvariantCulture)}</text>");
        }

        for (int layer = 0; layer < layers; layer += Math.Max(1, (layers + 11) / 12))
        {
            html.Line($"<text x=\"{X(layer):0.#}\" y=\"{Height - Bottom + 18:0}\" text-anchor=\"middle\">{layer}</text>");
        }

        html.Line($"<text x=\"{(Left + Width - Right) / 2:0}\" y=\"{Height - 6:0}\" text-anchor=\"middle\">layer</text>");
        for (int i = 0; i < series.Count; i++)
        {
            var line = new StringBuilder();
            foreach ((int layer, double value) in series[i].Points)
            {
                line.Append(line.Length == 0 ? 'M' : 'L').Append(Number(X(layer))).Append(' ').Append(Number(Y(value)));
            }

            html.Line($"<g class=\"series s{i}\"><path d=\"{line.ToString()}\" style=\"fill:none\"/>");
            foreach ((int layer, double value) in series[i].Points)
            {
                html.Line($"<path d=\"M{Number(X(layer))} {Number(Y(value))}{Marks[i]}\"><title>{series[i].Name}, layer {layer}: {value.ToString(format, CultureInfo.InvariantCulture)}</title></path>");
            }

            html.Raw("</g>");
        }

        html.Raw("</svg></div>").Raw("<ul class=\"key\">");
        for (int i = 0; i < series.Count; i++)
        {
            html.Line($"<li><svg viewBox=\"0 0 28 16\" aria-hidden=\"true\"><g class=\"series s{i}\"><path d=\"M0 8H28\"/><path d=\"M14 8{Marks[i]}\"/></g></svg>{series[i].Name}</li>");
        }

        html.Raw("</ul>");
    }

    private static string Number(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);

    /// <summary>1, 2 or 5 times a power of ten, so that four to eight lines are drawn.</summary>
    private static double Step(double largest)
    {
        double rough = Math.Max(largest, 1e-9) / 5;
        double power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        return power * ((rough / power) switch { < 1.5 => 1, < 3.5 => 2, < 7.5 => 5, _ => 10 });
    }
}
