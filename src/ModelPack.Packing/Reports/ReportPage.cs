using ModelPack.Packing.Reports.Sections;

namespace ModelPack.Packing.Reports;

/// <summary>Writes report.html: one file that loads nothing and needs no script.</summary>
internal static class ReportPage
{
    private static readonly (string Id, string Title, Action<Html, ReportData> Write, Func<ReportData, bool> Shows)[] All =
    [
        ("quality", "Quality", QualitySection.Write, IsLanguageModel),
        ("outputs", "Outputs", OutputsSection.Write, data => !IsLanguageModel(data)),
        ("size", "Size", SizeSection.Write, data => data.Kinds.Count > 0),
        ("error", "Error by layer", ErrorSection.Write, IsLanguageModel),
        ("bits", "Bits spent", BitsSection.Write, IsLanguageModel),
        ("text", "Sample text", SampleSection.Write, data => data.Sample is not null),
        ("operators", "Operators", OperatorsSection.Write, data => !IsLanguageModel(data)),
        ("weights", "Weights", WeightsSection.Write, _ => true),
        ("calibration", "Calibration", CalibrationSection.Write, _ => true),
        ("checks", "Checks", ChecksSection.Write, _ => true),
        ("settings", "Settings", SettingsSection.Write, _ => true),
        ("files", "Files and hashes", FilesSection.Write, _ => true),
    ];

    /// <summary>The page, lines ending in LF.</summary>
    public static string Write(ReportData data)
    {
        var html = new Html();
        html.Raw("<!DOCTYPE html>")
            .Raw("<html lang=\"en\">")
            .Raw("<head>")
            .Raw("<meta charset=\"utf-8\">")
            .Raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")
            .Raw("<meta name=\"color-scheme\" content=\"light dark\">")
            .Raw("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">")
            .Line($"<title>{data.Name} \u2013 ModelPack report</title>")
            .Raw("<style>")
            .Raw(ReportStyle.Css)
            .Raw("</style>")
            .Raw("</head>")
            .Raw("<body>")
            .Raw("<a class=\"skip\" href=\"#content\">Skip to the content</a>");
        WriteHeader(html, data);
        html.Raw("<main id=\"content\" tabindex=\"-1\">");
        WriteWarnings(html, data);
        foreach ((string id, string title, Action<Html, ReportData> write, _) in Sections(data))
        {
            html.Line($"<section id=\"{id}\" aria-labelledby=\"{id}-title\">").Line($"<h2 id=\"{id}-title\">{title}</h2>");
            write(html, data);
            html.Raw("</section>");
        }

        html.Raw("</main>")
            .Line($"<footer>Written by ModelPack {data.Engine}. The same content as data: <a href=\"report.json\">report.json</a>.</footer>")
            .Raw("</body>")
            .Raw("</html>");
        return html.ToString();
    }

    private static IEnumerable<(string Id, string Title, Action<Html, ReportData> Write, Func<ReportData, bool> Shows)> Sections(ReportData data) => All.Where(section => section.Shows(data));

    private static bool IsLanguageModel(ReportData data) => data.Operators is null;

    private static void WriteHeader(Html html, ReportData data)
    {
        double ratio = (double)data.Size.SourceBytes / Math.Max(1, data.Size.OutputBytes);
        html.Raw("<header>")
            .Line($"<p class=\"kind\">Packed model, {data.ModelType}</p>")
            .Line($"<h1>{data.Name}</h1>")
            .Raw("<dl class=\"facts\">")
            .Line($"<div><dt>Weights</dt><dd>{Figure.Bytes(data.Size.SourceBytes)} \u2192 {Figure.Bytes(data.Size.OutputBytes)}</dd></div>")
            .Line($"<div><dt>Smaller by</dt><dd>{ratio:0.00}\u00d7</dd></div>")
            .Line($"<div><dt>Bits per weight</dt><dd>{Figure.Bits(data.Size.BitsPerWeight)}</dd></div>");
        if (data.Evaluation is { } evaluation)
        {
            html.Line($"<div><dt>Perplexity</dt><dd>{Figure.Of(evaluation.ReferencePerplexity)} \u2192 {Figure.Of(evaluation.Perplexity)}</dd></div>")
                .Line($"<div><dt>KL divergence</dt><dd>{Figure.Of(evaluation.KlDivergence)}</dd></div>");
        }

        if (data.Agreement is { Cosine: { } cosine })
        {
            html.Line($"<div><dt>Smallest cosine</dt><dd>{Figure.Of(cosine)}</dd></div>");
        }

        html.Raw("</dl>").Raw("<nav aria-label=\"Sections\"><ul>");
        foreach ((string id, string title, _, _) in Sections(data))
        {
            html.Line($"<li><a href=\"#{id}\">{title}</a></li>");
        }

        html.Raw("</ul></nav>").Raw("</header>");
    }

    private static void WriteWarnings(Html html, ReportData data)
    {
        if (data.Warnings.Count > 0)
        {
            html.Raw("<section class=\"warnings\" aria-labelledby=\"warnings-title\"><h2 id=\"warnings-title\">Warnings</h2><ul>");
            foreach (string warning in data.Warnings)
            {
                html.Line($"<li>{warning}</li>");
            }

            html.Raw("</ul></section>");
        }
    }
}
