namespace ModelPack.Packing.Reports.Sections;

/// <summary>Sizes before and after by kind of tensor.</summary>
internal static class SizeSection
{
    public static void Write(Html html, ReportData data)
    {
        double largest = Math.Max(1, data.Kinds.Max(kind => Math.Max(kind.SourceBytes, kind.Bytes)));
        html.Raw("<p>Bits are those stored for one value.</p>")
            .Raw("<ul class=\"key\" aria-hidden=\"true\"><li><i class=\"before\"></i>source</li><li><i></i>packed</li></ul>")
            .Raw("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-labelledby=\"size-title\"><table>")
            .Raw("<thead><tr><th scope=\"col\">Kind</th><th scope=\"col\" class=\"n wide\">Weights</th><th scope=\"col\" class=\"n wide\">Values</th><th scope=\"col\" class=\"n\">Source</th><th scope=\"col\" class=\"n\">Packed</th>"
                + "<th scope=\"col\" class=\"n\">Bits</th><th scope=\"col\" aria-hidden=\"true\"></th></tr></thead>")
            .Raw("<tbody>");
        foreach (ReportKind kind in data.Kinds)
        {
            html.Line($"<tr><th scope=\"row\">{kind.Kind}</th><td class=\"n wide\">{kind.Weights}</td><td class=\"n wide\">{Figure.Count(kind.Values)}</td><td class=\"n\">{Figure.Bytes(kind.SourceBytes)}</td><td class=\"n\">{Figure.Bytes(kind.Bytes)}</td><td class=\"n\">{Figure.Bits(kind.BitsPerWeight)}</td>")
                .Line($"<td class=\"bars\" aria-hidden=\"true\"><i style=\"width:{100 * kind.SourceBytes / largest:0.##}%\"></i><i style=\"width:{100 * kind.Bytes / largest:0.##}%\"></i></td></tr>");
        }

        long values = data.Kinds.Sum(kind => kind.Values);
        html.Raw("</tbody>")
            .Line($"<tfoot><tr><th scope=\"row\">all weights</th><td class=\"n wide\">{data.Weights.Count}</td><td class=\"n wide\">{Figure.Count(values)}</td><td class=\"n\">{Figure.Bytes(data.Kinds.Sum(kind => kind.SourceBytes))}</td><td class=\"n\">{Figure.Bytes(data.Kinds.Sum(kind => kind.Bytes))}</td><td class=\"n\">{Figure.Bits(data.Size.BitsPerWeight)}</td><td aria-hidden=\"true\"></td></tr></tfoot>")
            .Raw("</table></div>");
    }
}
