using System.Globalization;
using ModelPack.Packing.Manifests;

namespace ModelPack.Packing.Reports.Sections;

/// <summary>What happened to the operators of an ONNX model.</summary>
internal static class OperatorsSection
{
    public static void Write(Html html, ReportData data)
    {
        IReadOnlyList<ManifestOperator> operators = data.Operators ?? [];
        html.Line($"<p>{operators.Count(entry => entry.Became is not null)} of {operators.Count} operators with weights were quantized; the others stayed as they were.</p>");
        if (data.Changes is { Count: > 0 } changes)
        {
            html.Raw("<ul>");
            foreach (string change in changes)
            {
                html.Line($"<li>{change}</li>");
            }

            html.Raw("</ul>");
        }

        html.Raw("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-labelledby=\"operators-title\"><table>")
            .Raw("<thead><tr><th scope=\"col\">Name</th><th scope=\"col\">Operator</th><th scope=\"col\">Weight</th><th scope=\"col\">Became</th></tr></thead>")
            .Raw("<tbody>");
        foreach (ManifestOperator entry in operators)
        {
            html.Line($"<tr><th scope=\"row\" class=\"code\">{entry.Name}</th><td>{entry.Type}</td><td class=\"code\">{entry.Weight}</td><td>{entry.Became ?? $"stayed: {entry.Reason}"}{Error(entry)}</td></tr>");
        }

        html.Raw("</tbody></table></div>");
    }

    private static string Error(ManifestOperator entry) => entry.Error is { } error ? $" (error {(100 * error).ToString("0.##", CultureInfo.InvariantCulture)} %)" : string.Empty;
}
