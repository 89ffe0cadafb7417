namespace ModelPack.Packing.Reports.Sections;

/// <summary>Bits stored by value, layer by layer; layers that are alike share a row.</summary>
internal static class BitsSection
{
    public static void Write(Html html, ReportData data)
    {
        string[] kinds = [.. WeightKinds.All.Where(kind => data.Weights.Any(weight => weight.Kind == kind && weight.Layer is not null && weight.Shape[0] > 1))];
        string outside = string.Join(", ", data.Weights.Where(weight => weight.Layer is null && weight.Shape[0] > 1).Select(weight => $"{weight.Kind} {Figure.Bits(weight.BitsPerWeight)}"));
        html.Line($"<p>Stored bits of a value, with its share of scales and zero points. Outside the layers: {outside}.</p>")
            .Raw("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-labelledby=\"bits-title\"><table>")
            .Raw("<thead><tr><th scope=\"col\">Layer</th>");
        foreach (string kind in kinds)
        {
            html.Line($"<th scope=\"col\" class=\"n\"><abbr title=\"{kind}\">{WeightKinds.Short(kind)}</abbr></th>");
        }

        html.Raw("</tr></thead>").Raw("<tbody>");
        foreach ((int first, int last, string[] bits) in Runs(data, kinds))
        {
            html.Line($"<tr><th scope=\"row\">{(first == last ? first.ToString() : $"{first}\u2013{last}")}</th>");
            foreach (string cell in bits)
            {
                html.Line($"<td class=\"n\">{cell}</td>");
            }

            html.Raw("</tr>");
        }

        html.Raw("</tbody></table></div>");
    }

    private static IEnumerable<(int First, int Last, string[] Bits)> Runs(ReportData data, string[] kinds)
    {
        (int First, int Last, string[] Bits)? run = null;
        foreach (IGrouping<int?, ReportWeight> layer in data.Weights.Where(weight => weight.Layer is not null).GroupBy(weight => weight.Layer))
        {
            string[] bits = [.. kinds.Select(kind => layer.FirstOrDefault(weight => weight.Kind == kind) is { } weight ? Figure.Bits(weight.BitsPerWeight) : "")];
            if (run is { } same && same.Bits.SequenceEqual(bits))
            {
                run = (same.First, layer.Key!.Value, bits);
                continue;
            }

            if (run is { } done)
            {
                yield return done;
            }

            run = (layer.Key!.Value, layer.Key!.Value, bits);
        }

        if (run is { } last)
        {
            yield return last;
        }
    }
}
