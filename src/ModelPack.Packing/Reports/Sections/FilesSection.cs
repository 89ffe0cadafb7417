using ModelPack.Packing.Manifests;

namespace ModelPack.Packing.Reports.Sections;

/// <summary>Key, files and their hashes.</summary>
internal static class FilesSection
{
    public static void Write(Html html, ReportData data)
    {
        html.Line($"<p>Key of this model: <span class=\"code\">{data.Key}</span></p>");
        if (data.Evaluation is { } evaluation)
        {
            html.Line($"<p>SHA-256 of the evaluation text: <span class=\"code\">{evaluation.TextSha256}</span></p>");
        }

        Write(html, "Source files", data.SourceFiles);
        foreach (ManifestAdapter adapter in data.Adapters ?? [])
        {
            Write(html, $"Adapter {adapter.Name} ({(adapter.Mode == "merge" ? "merged" : adapter.Mode)}, rank {string.Join(", ", adapter.Ranks)})", adapter.Files);
        }

        Write(html, "Packed files", data.Files);
    }

    private static void Write(Html html, string title, IReadOnlyList<ManifestFile> files)
    {
        html.Line($"<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{title}\"><table><caption>{title}</caption>")
            .Raw("<thead><tr><th scope=\"col\">Name</th><th scope=\"col\" class=\"n\">Bytes</th><th scope=\"col\">SHA-256</th></tr></thead>")
            .Raw("<tbody>");
        foreach (ManifestFile file in files)
        {
            html.Line($"<tr><th scope=\"row\" class=\"code\">{file.Name}</th><td class=\"n\">{Figure.Count(file.Bytes)}</td><td class=\"code\">{file.Sha256}</td></tr>");
        }

        html.Raw("</tbody></table></div>");
    }
}
