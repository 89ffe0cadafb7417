using ModelPack.Packing.Manifests;

namespace ModelPack.Packing.Reports.Sections;

/// <summary>How the packed model predicts the project's text.</summary>
internal static class QualitySection
{
    public static void Write(Html html, ReportData data)
    {
        if (data.Evaluation is not { } evaluation)
        {
            html.Raw("<p>Not measured: the model was packed without <code>EvaluationText</code>. Name a text file there, or run <code>dotnet modelpack eval</code>, to see perplexity and KL divergence. "
                + "What was compared on a short fixed text stands under <a href=\"#checks\">Checks</a>.</p>");
            return;
        }

        html.Line($"<p>Predictions of the packed model, as it is deployed, beside those of its unquantized source in float32: {Figure.Count(evaluation.Tokens)} predictions in {evaluation.Windows} windows of {evaluation.Context} tokens of the project\u2019s text; the second half of each window counts ({evaluation.Protocol}).</p>")
            .Raw("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-labelledby=\"quality-title\"><table>")
            .Raw("<thead><tr><th scope=\"col\">Measure</th><th scope=\"col\" class=\"n\">Value</th><th scope=\"col\" class=\"n\">Standard error</th></tr></thead>")
            .Raw("<tbody>");
        foreach ((string measure, string value, string error) in Rows(evaluation))
        {
            html.Line($"<tr><th scope=\"row\">{measure}</th><td class=\"n\">{value}</td><td class=\"n\">{error}</td></tr>");
        }

        html.Raw("</tbody></table></div>");
    }

    private static (string Measure, string Value, string Error)[] Rows(ManifestEvaluation evaluation) =>
    [
        ("Perplexity, unquantized", Figure.Of(evaluation.ReferencePerplexity), ""),
        ("Perplexity, packed", Figure.Of(evaluation.Perplexity), ""),
        ("Increase of perplexity", (evaluation.PerplexityIncrease < 0 ? "\u2212" : "+") + Figure.Percent(Math.Abs(evaluation.PerplexityIncrease)), Figure.Percent(evaluation.PerplexityIncreaseStandardError)),
        ("KL divergence, mean (nats)", Figure.Of(evaluation.KlDivergence), Figure.Of(evaluation.KlDivergenceStandardError)),
        ("KL divergence, median", Figure.Of(evaluation.KlDivergenceMedian), ""),
        ("KL divergence, 99th percentile", Figure.Of(evaluation.KlDivergenceP99), ""),
        ("Same most likely token", Figure.Percent(evaluation.TopAgreement), Figure.Percent(evaluation.TopAgreementStandardError)),
    ];
}
