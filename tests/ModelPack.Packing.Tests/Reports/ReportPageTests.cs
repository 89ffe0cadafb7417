using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using ModelPack.Packing.Manifests;
using ModelPack.Packing.Reports;

namespace ModelPack.Packing.Tests.Reports;

public sealed partial class ReportPageTests
{
    private static readonly string[] Void = ["meta", "path", "!DOCTYPE"];

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(80)]
    public void Every_element_that_opens_closes_in_its_order(int layers)
    {
        string page = ReportPage.Write(Example(layers));
        var open = new Stack<string>();
        foreach (Match tag in Tag().Matches(WithoutStyle(page)))
        {
            string name = tag.Groups["name"].Value;
            if (tag.Groups["close"].Length > 0)
            {
                Assert.Equal(open.Pop(), name);
            }
            else if (!Void.Contains(name) || (name == "path" && !tag.Value.EndsWith("/>", StringComparison.Ordinal)))
            {
                open.Push(name);
            }
        }

        Assert.Empty(open);
    }

    [Fact]
    public void It_loads_nothing_runs_nothing_and_every_link_leads_somewhere()
    {
        string page = ReportPage.Write(Example(3));
        Assert.DoesNotMatch("(?i)<script|<link|<img|<iframe|@import|url\\(|https?:|\\son[a-z]+=", page);
        Assert.Contains("default-src 'none'", page, StringComparison.Ordinal);

        string[] ids = [.. Id().Matches(page).Select(match => match.Groups[1].Value)];
        Assert.Equal(ids.Length, ids.Distinct().Count());
        string[] links = [.. Href().Matches(page).Select(match => match.Groups[1].Value)];
        Assert.All(links.Where(link => link != "report.json"), link => Assert.Contains(link[1..], ids));
        Assert.All(LabelledBy().Matches(page), match => Assert.Contains(match.Groups[1].Value, ids));
        Assert.Equal("#content", links[0]);
    }

    [Fact]
    public void Header_cells_say_what_they_head_and_what_scrolls_can_be_reached_by_keyboard()
    {
        string page = ReportPage.Write(Example(3));
        Assert.All(HeaderCell().Matches(page), cell => Assert.Matches("scope=\"(row|col)\"|aria-hidden", cell.Value));
        Assert.All(Scroll().Matches(page), region => Assert.Matches("tabindex=\"0\" role=\"region\" aria-label", region.Value));
        Assert.Single(HeadingOne().Matches(page));
    }

    [Fact]
    public void Whatever_a_model_writes_or_is_called_stays_text()
    {
        const string Hostile = "<script>alert('1')</script>\"&";
        ReportData data = Example(1) with
        {
            Name = Hostile,
            Sample = new ReportSample(Hostile, Hostile, "other", 2, 0),
            Warnings = [Hostile],
            Settings = [new ReportSetting("Override", Hostile)],
            SourceFiles = [new ManifestFile(Hostile, 1, "00")],
        };
        string page = ReportPage.Write(data with { Weights = [.. data.Weights.Select(weight => weight with { Name = Hostile, Note = Hostile })] });

        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&quot;&amp;", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Texts_have_a_contrast_of_4_5_and_marks_of_3_in_both_colour_schemes()
    {
        Dictionary<string, string>[] schemes = Schemes();
        Assert.Equal(2, schemes.Length);
        foreach (Dictionary<string, string> colour in schemes)
        {
            foreach ((string text, string ground) in new[]
            {
                ("text", "ground"), ("quiet", "ground"), ("accent", "ground"), ("text", "raised"), ("quiet", "raised"), ("text", "mark"), ("text", "warn"),
            })
            {
                Assert.True(Contrast(colour[text], colour[ground]) >= 4.5, $"{text} on {ground}: {Contrast(colour[text], colour[ground])}");
            }

            foreach (string mark in Enumerable.Range(0, 7).Select(i => $"c{i}").Append("bar"))
            {
                Assert.True(Contrast(colour[mark], colour["ground"]) >= 3, $"{mark}: {Contrast(colour[mark], colour["ground"])}");
            }
        }
    }

    [Fact]
    public void Data_is_the_same_content_and_what_is_unknown_is_absent()
    {
        ReportData data = Example(2);
        using JsonDocument json = JsonDocument.Parse(data.ToJson());
        Assert.Equal(data.Weights.Count, json.RootElement.GetProperty("weights").GetArrayLength());
        Assert.Equal(data.Sample!.Float, json.RootElement.GetProperty("sample").GetProperty("float").GetString());
        Assert.False(json.RootElement.GetProperty("weights")[0].TryGetProperty("outputError", out _));
        Assert.False(JsonDocument.Parse((data with { Evaluation = null }).ToJson()).RootElement.TryGetProperty("evaluation", out _));
        Assert.Contains("without <code>EvaluationText</code>", ReportPage.Write(data with { Evaluation = null }), StringComparison.Ordinal);
    }

    [Fact]
    public void Layers_that_are_alike_share_a_row_of_bits_and_others_do_not()
    {
        ReportData data = Example(6);
        Assert.Contains("<th scope=\"row\">0\u20135</th>", ReportPage.Write(data), StringComparison.Ordinal);
        ReportData mixed = data with { Weights = [.. data.Weights.Select(weight => weight.Layer == 2 && weight.Kind == "attention key" ? weight with { BitsPerWeight = 8.75 } : weight)] };
        string page = ReportPage.Write(mixed);
        Assert.All(new[] { "0\u20131", "2", "3\u20135" }, rows => Assert.Contains($"<th scope=\"row\">{rows}</th>", page, StringComparison.Ordinal));
    }

    [Fact]
    public void Calibrated_weights_get_a_second_plot_and_notes()
    {
        ReportData data = Example(2);
        Assert.Single(Plot().Matches(ReportPage.Write(data)));
        ReportData calibrated = data with { Weights = [.. data.Weights.Select(weight => weight with { OutputError = 1.5, RoundToNearestOutputError = 3, Note = "kept" })] };
        string page = ReportPage.Write(calibrated);
        Assert.Equal(2, Plot().Count(page));
        Assert.Contains("attention query, layer 1: 0.5", page, StringComparison.Ordinal);
        Assert.Contains("<td>kept</td>", page, StringComparison.Ordinal);
    }

    internal static ReportData Example(int layers)
    {
        var weights = new List<ReportWeight> { new("embed", "embedding and head", null, [2048, 64], 8, 32, false, "rtn", 262144, 143360, 8.75, 0.004) };
        for (int layer = 0; layer < layers; layer++)
        {
            foreach (string kind in WeightKinds.All.Skip(3).Take(7))
            {
                weights.Add(new ReportWeight($"layers.{layer}.{kind}", kind, layer, [64, 64], 4, 32, false, "rtn", 8192, 2368, 4.625, 0.08 + (0.001 * layer)));
            }

            weights.Add(new ReportWeight($"layers.{layer}.norm", "norms", layer, [1, 64], 16, 0, true, "none", 128, 128, 16, 0));
        }

        return new ReportData
        {
            Name = "fox",
            Key = "00ff",
            Engine = "0.1.0",
            ModelType = "llama",
            Size = new ManifestSize(300000, 100000, 4.7),
            Evaluation = new ManifestEvaluation("aa", "llama.cpp", 512, 40, 10200, 14.55, 14.21, 0.0239, 0.001, 0.031, 0.0007, 0.012, 0.21, 0.921, 0.003),
            Verification = new ManifestVerification(29, 5, 0.005, 48, 0.08, 0.79, 0.05),
            Sample = new ReportSample("Once", " upon a time", " upon a hill", 4, 3),
            Kinds = [.. weights.GroupBy(weight => weight.Kind).Select(kind => new ReportKind(kind.Key, kind.Count(), 4096, kind.Sum(weight => weight.SourceBytes), kind.Sum(weight => weight.Bytes), 4.6))],
            Weights = weights,
            Settings = [new ReportSetting("Bits", "4")],
            SourceFiles = [new ManifestFile("model.safetensors", 300000, "bb")],
            Files = [new ManifestFile("model.onnx", 1000, "cc")],
        };
    }

    private static string WithoutStyle(string page)
    {
        int start = page.IndexOf("<style>", StringComparison.Ordinal), end = page.IndexOf("</style>", StringComparison.Ordinal);
        return page[..start] + page[(end + 8)..];
    }

    private static Dictionary<string, string>[] Schemes()
    {
        var light = new Dictionary<string, string>();
        var dark = new Dictionary<string, string>();
        int second = ReportStyle.Css.IndexOf("prefers-color-scheme: dark", StringComparison.Ordinal);
        foreach (Match variable in Variable().Matches(ReportStyle.Css))
        {
            (variable.Index < second ? light : dark)[variable.Groups[1].Value] = variable.Groups[2].Value;
        }

        return [light, dark];
    }

    // WCAG 2.2, "contrast ratio" and "relative luminance".
    private static double Contrast(string first, string second)
    {
        double a = Luminance(first), b = Luminance(second);
        return (Math.Max(a, b) + 0.05) / (Math.Min(a, b) + 0.05);
    }

    private static double Luminance(string colour)
    {
        double[] parts =
        [
            .. Enumerable.Range(0, 3)
                .Select(i => int.Parse(colour.AsSpan(1 + (2 * i), 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0)
                .Select(value => value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4)),
        ];
        return (0.2126 * parts[0]) + (0.7152 * parts[1]) + (0.0722 * parts[2]);
    }

    [GeneratedRegex("<(?<close>/?)(?<name>[a-zA-Z0-9!]+)[^>]*>")]
    private static partial Regex Tag();

    [GeneratedRegex("\\sid=\"([^\"]+)\"")]
    private static partial Regex Id();

    [GeneratedRegex("href=\"([^\"]+)\"")]
    private static partial Regex Href();

    [GeneratedRegex("aria-labelledby=\"([^\"]+)\"")]
    private static partial Regex LabelledBy();

    [GeneratedRegex("<th[ >][^>]*>?")]
    private static partial Regex HeaderCell();

    [GeneratedRegex("<div class=\"scroll\"[^>]*>")]
    private static partial Regex Scroll();

    [GeneratedRegex("<h1>")]
    private static partial Regex HeadingOne();

    [GeneratedRegex("class=\"plot\"")]
    private static partial Regex Plot();

    [GeneratedRegex("--([a-z0-9-]+): (#[0-9a-f]{6});")]
    private static partial Regex Variable();
}
