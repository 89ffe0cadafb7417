using ModelPack.Packing.Manifests;

namespace ModelPack.Packing.Reports.Sections;

/// <summary>Outputs of a packed ONNX model beside those of the unquantized one.</summary>
internal static class OutputsSection
{
    public static void Write(Html html, ReportData data)
    {
        if (data.Agreement is not { } agreement)
        {
            html.Raw("<p>Not compared: the model runs on none of the inputs that were tried. Give samples with <code>Calibration</code>. Every quantized operator was compared by itself, see <a href=\"#checks\">Checks</a>.</p>");
            return;
        }

        string samples = agreement.Samples == "synthetic" ? "inputs from a fixed seed, of the types and shapes that the model declares: they say whether it computes the same, not how well it does on real data" : $"samples of {agreement.Samples}";
        html.Line($"<p>Outputs of the packed model, as it is deployed, beside the unquantized model\u2019s on {agreement.Count} {samples}.</p>")
            .Raw("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-labelledby=\"outputs-title\"><table>")
            .Raw("<thead><tr><th scope=\"col\">Output</th><th scope=\"col\" class=\"n\">Smallest cosine</th><th scope=\"col\" class=\"n\">Relative error</th><th scope=\"col\" class=\"n\">Same largest value</th></tr></thead>")
            .Raw("<tbody>");
        foreach (ManifestOutput output in agreement.Outputs)
        {
            html.Line($"<tr><th scope=\"row\" class=\"code\">{output.Name}</th><td class=\"n\">{Number(output.Cosine)}</td><td class=\"n\">{Number(output.RelativeError)}</td><td class=\"n\">{(output.TopAgreement is { } share ? Figure.Percent(share) : "")}</td></tr>");
        }

        html.Raw("</tbody></table></div>");
    }

    private static string Number(double? value) => value is { } number ? Figure.Of(number) : "";
}
