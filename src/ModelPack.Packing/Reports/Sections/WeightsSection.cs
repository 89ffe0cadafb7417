namespace ModelPack.Packing.Reports.Sections;

/// <summary>Every weight with its storage and errors.</summary>
internal static class WeightsSection
{
    public static void Write(Html html, ReportData data)
    {
        bool outputs = data.Weights.Any(weight => weight.OutputError is not null);
        bool notes = data.Weights.Any(weight => weight.Note is not null);
        html.Line($"<details><summary>All {data.Weights.Count} weights</summary>")
            .Raw("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-labelledby=\"weights-title\"><table>")
            .Raw("<thead><tr><th scope=\"col\">Name</th><th scope=\"col\" class=\"n\">Shape</th><th scope=\"col\">Stored as</th><th scope=\"col\">Method</th><th scope=\"col\" class=\"n\">Bytes</th><th scope=\"col\" class=\"n\">Bits per value</th><th scope=\"col\" class=\"n\">Relative error</th>"
                + (outputs ? "<th scope=\"col\" class=\"n\">Output error</th><th scope=\"col\" class=\"n\">Round-to-nearest\u2019s</th>" : "")
                + (notes ? "<th scope=\"col\">Note</th>" : "") + "</tr></thead>")
            .Raw("<tbody>");
        foreach (ReportWeight weight in data.Weights)
        {
            html.Line($"<tr><th scope=\"row\" class=\"code\">{weight.Name}</th><td class=\"n\">{string.Join("\u00d7", weight.Shape)}</td><td class=\"line\">{Storage(weight)}</td><td>{(weight.IsQuantized ? weight.Method : "")}</td><td class=\"n\">{Figure.Count(weight.Bytes)}</td><td class=\"n\">{Figure.Bits(weight.BitsPerWeight)}</td><td class=\"n\">{(weight.IsQuantized ? Figure.Of(weight.RelativeError) : "")}</td>");
            if (outputs)
            {
                html.Line($"<td class=\"n\">{(weight.OutputError is { } error ? Figure.Of(error) : "")}</td><td class=\"n\">{(weight.RoundToNearestOutputError is { } nearest ? Figure.Of(nearest) : "")}</td>");
            }

            if (notes)
            {
                html.Line($"<td>{weight.Note}</td>");
            }

            html.Raw("</tr>");
        }

        html.Raw("</tbody></table></div></details>");
    }

    private static string Storage(ReportWeight weight) => weight.Type is { } type ? type
        : weight.IsQuantized ? $"{weight.Bits} bits, groups of {weight.GroupSize}{(weight.Symmetric ? ", symmetric" : "")}"
        : $"{weight.Bits}-bit floats";
}
