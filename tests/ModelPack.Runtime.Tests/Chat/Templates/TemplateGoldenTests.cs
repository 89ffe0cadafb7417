using System.Diagnostics;
using System.Text.Json;
using ModelPack.Runtime.Chat.Templates;

namespace ModelPack.Runtime.Tests.Chat.Templates;

public sealed class TemplateGoldenTests
{
    private const int ListedFailures = 40;

    /// <summary>Far above what a stop takes, so that a busy machine does not fail the test; without limits these run for hours.</summary>
    private static readonly TimeSpan BombTime = TimeSpan.FromSeconds(60);

    [SkippableFact]
    public void Every_published_template_renders_every_conversation_as_transformers_does()
    {
        Dictionary<string, ChatTemplate> templates = TemplateGoldens.Templates();
        Dictionary<string, JsonElement> conversations = TemplateGoldens.Json("conversations.json").EnumerateArray()
            .ToDictionary(conversation => conversation.GetProperty("name").GetString()!);
        var failures = new List<string>();
        int rows = 0;
        foreach (JsonElement row in TemplateGoldens.Lines("rendered.jsonl.gz"))
        {
            rows++;
            JsonElement options = row.GetProperty("options");
            ChatTemplateRequest request = TemplateGoldens.Request(conversations[row.GetProperty("conversation").GetString()!], options);
            string name = row.GetProperty("template").GetString()!;
            ChatTemplate template = templates[name];
            if (request.TemplateName is { } other && !template.TemplateNames.Contains(other))
            {
                // transformers takes a name that it does not know for the text of a template; here that is another call.
                (template, request) = (ChatTemplate.Parse(other, other), request with { TemplateName = null });
            }

            if (Difference(row, "text", () => template.Render(request)) is { } difference)
            {
                failures.Add($"{name} / {row.GetProperty("conversation")} / {options.GetRawText()}: {difference}");
            }
        }

        Assert.True(rows > 9000, $"only {rows} rows");
        AssertNone(failures, rows);
    }

    [SkippableTheory]
    [InlineData("whitespace")]
    [InlineData("output")]
    [InlineData("operator")]
    [InlineData("comparison")]
    [InlineData("truth")]
    [InlineData("undefined")]
    [InlineData("access")]
    [InlineData("for")]
    [InlineData("set")]
    [InlineData("macro")]
    [InlineData("test")]
    [InlineData("string-method")]
    [InlineData("filter")]
    [InlineData("tojson")]
    [InlineData("global")]
    [InlineData("comment")]
    [InlineData("if")]
    [InlineData("chat")]
    [InlineData("malformed")]
    public void Snippets_give_what_jinja2_gives(string group)
    {
        var failures = new List<string>();
        int rows = 0;
        foreach (JsonElement row in TemplateGoldens.Lines("jinja-cases.jsonl"))
        {
            if (row.GetProperty("group").GetString() != group || row.TryGetProperty("not_portable", out _))
            {
                continue;
            }

            rows++;
            string id = row.GetProperty("id").GetString()!;
            if (Difference(row, "out", () => Render(row, id)) is { } difference)
            {
                failures.Add($"{id}: {row.GetProperty("template")}: {difference}");
            }
        }

        Assert.True(rows > 0, $"no rows in group {group}");
        AssertNone(failures, rows);
    }

    [SkippableFact]
    public void Every_snippet_belongs_to_a_group_that_is_tested()
    {
        string[] tested = [.. typeof(TemplateGoldenTests).GetMethod(nameof(Snippets_give_what_jinja2_gives))!
            .GetCustomAttributesData().Where(data => data.AttributeType == typeof(InlineDataAttribute))
            .Select(data => (string)((IReadOnlyList<System.Reflection.CustomAttributeTypedArgument>)data.ConstructorArguments[0].Value!)[0].Value!)];

        Assert.Equal(
            TemplateGoldens.Lines("jinja-cases.jsonl").Select(row => row.GetProperty("group").GetString()!).Distinct().Order(),
            tested.Order());
    }

    [SkippableFact]
    public void Resource_bombs_end_quickly_with_an_error_code()
    {
        var failures = new List<string>();
        int rows = 0;
        foreach (JsonElement row in TemplateGoldens.Lines("jinja-bombs.jsonl"))
        {
            rows++;
            string id = row.GetProperty("id").GetString()!;
            bool mustStop = row.GetProperty("expected").GetString()!.StartsWith("stop", StringComparison.Ordinal);
            var watch = Stopwatch.StartNew();
            long before = GC.GetAllocatedBytesForCurrentThread();
            string outcome;
            try
            {
                string text = Render(row, id);
                bool isSame = row.GetProperty("jinja2").TryGetProperty("length", out JsonElement length) && length.GetInt32() == text.Length;
                outcome = mustStop ? $"rendered {text.Length} characters" : isSame ? "" : $"rendered {text.Length} characters, not {length}";
            }
            catch (ModelPackException exception)
            {
                outcome = exception.Code.StartsWith("MPK42", StringComparison.Ordinal) ? "" : exception.Code;
            }

            long megabytes = (GC.GetAllocatedBytesForCurrentThread() - before) / (1 << 20);
            if (outcome.Length > 0 || watch.Elapsed > BombTime || megabytes > 1000)
            {
                failures.Add($"{id}: {outcome}; {watch.Elapsed.TotalSeconds:F1} s, {megabytes} MB allocated");
            }
        }

        Assert.True(rows > 40, $"only {rows} rows");
        AssertNone(failures, rows);
    }

    private static string Render(JsonElement row, string name) =>
        JinjaTemplate.Parse(row.GetProperty("template").GetString()!, name)
            .Render(TemplateGoldens.Variables(row.GetProperty("vars")), TemplateGoldens.Options);

    /// <summary>Null where the outcome is that of the row; of errors only those that the template itself raised have a text to compare.</summary>
    private static string? Difference(JsonElement row, string expectedField, Func<string> render)
    {
        bool expectsError = row.TryGetProperty("error", out JsonElement error);
        try
        {
            string text = render();
            return expectsError ? $"expected the error {error.GetRawText()}, got {Quote(text)}"
                : text == row.GetProperty(expectedField).GetString() ? null
                : $"expected {Quote(row.GetProperty(expectedField).GetString()!)}, got {Quote(text)}";
        }
        catch (ModelPackException exception)
        {
            bool isRaised = expectsError && error.GetProperty("type").GetString() == "TemplateError";
            return !expectsError ? $"expected {Quote(row.GetProperty(expectedField).GetString()!)}, got {exception.Message}"
                : isRaised && (exception.Code != "MPK4202" || !exception.Message.EndsWith(": " + error.GetProperty("message").GetString(), StringComparison.Ordinal))
                    ? $"expected the template's own error {error.GetRawText()}, got {exception.Code} {exception.Message}"
                : null;
        }
    }

    private static string Quote(string text) => JsonSerializer.Serialize(text.Length > 400 ? text[..400] + "…" : text);

    private static void AssertNone(List<string> failures, int rows) => Assert.True(
        failures.Count == 0,
        $"{failures.Count} of {rows} rows differ:\n" + string.Join('\n', failures.Take(ListedFailures)));
}
