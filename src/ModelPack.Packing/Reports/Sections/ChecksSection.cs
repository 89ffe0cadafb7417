using ModelPack.Packing.Manifests;

namespace ModelPack.Packing.Reports.Sections;

/// <summary>What was checked on the written files before they were published.</summary>
internal static class ChecksSection
{
    public static void Write(Html html, ReportData data)
    {
        html.Raw("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-labelledby=\"checks-title\"><table>")
            .Raw("<thead><tr><th scope=\"col\">Check</th><th scope=\"col\" class=\"n\">Result</th></tr></thead>")
            .Raw("<tbody>");
        foreach ((string check, string result) in Rows(data.Verification).Concat((data.Adapters ?? []).SelectMany(Rows)))
        {
            html.Line($"<tr><th scope=\"row\">{check}</th><td class=\"n\">{result}</td></tr>");
        }

        html.Raw("</tbody></table></div>");
    }

    private static IEnumerable<(string Check, string Result)> Rows(ManifestAdapter adapter) => adapter.LogitsRelativeError is not { } error ? [] :
    [
        ($"Adapter {adapter.Name} switched on, that text: norm of the difference to the source with it merged by the norm", Figure.Of(error)),
        ($"Adapter {adapter.Name}: KL divergence on that text (nats)", Figure.Of(adapter.KlDivergence ?? 0)),
    ];

    private static (string Check, string Result)[] Rows(ManifestVerification verification) =>
    [
        ("Matrices read back from disk, equal bit for bit", Figure.Count(verification.Matrices)),
        ("Kinds of quantized products run in ONNX Runtime", Figure.Count(verification.Kernels)),
        ("Largest relative error of these products", Figure.Of(verification.LargestKernelError)),
        .. verification.Tokens is null ? [] : Logits(verification),
    ];

    private static (string Check, string Result)[] Logits(ManifestVerification verification) =>
    [
        ($"Logits on a fixed text of {verification.Tokens} tokens: norm of the difference to the source by their norm", Figure.Of(verification.LogitsRelativeError!.Value)),
        ("KL divergence on that text (nats)", Figure.Of(verification.KlDivergence!.Value)),
        ("Same most likely token on that text", Figure.Percent(verification.TopAgreement!.Value)),
    ];
}
