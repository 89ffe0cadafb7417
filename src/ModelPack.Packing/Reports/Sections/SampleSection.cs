namespace ModelPack.Packing.Reports.Sections;

/// <summary>Text of both models side by side.</summary>
internal static class SampleSection
{
    public static void Write(Html html, ReportData data)
    {
        ReportSample sample = data.Sample!;
        if (sample.Skipped is { } why)
        {
            html.Line($"<p>{why}</p>");
            return;
        }

        string equal = sample.EqualTokens == sample.Tokens ? $"all {sample.Tokens} tokens are the same" : $"the first {sample.EqualTokens} of {sample.Tokens} tokens are the same";
        html.Line($"<p>Both models continue \u201c{sample.Prompt}\u201d with their most likely tokens: {equal}. What follows their first difference is marked.</p>").Raw("<div class=\"texts\">");
        int common = sample.Float.AsSpan().CommonPrefixLength(sample.Packed);
        foreach ((string title, string text) in new[] { ("Unquantized", sample.Float), ("Packed", sample.Packed) })
        {
            html.Line($"<figure><figcaption>{title}</figcaption><p><span class=\"quiet\">{sample.Prompt}</span>{text[..common]}<mark>{text[common..]}</mark></p></figure>");
        }

        html.Raw("</div>");
    }
}
