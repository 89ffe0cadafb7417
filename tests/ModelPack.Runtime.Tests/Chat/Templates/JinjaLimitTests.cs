using ModelPack.Runtime.Chat.Templates;

namespace ModelPack.Runtime.Tests.Chat.Templates;

/// <summary>A template is untrusted: whatever it does, it ends soon, with an error and without exhausting memory or stack.</summary>
public sealed class JinjaLimitTests
{
    private const long MostBytes = 1L << 29;

    /// <summary>A tenth of the default, to save time; the default itself is tried on the reference's bombs.</summary>
    private static readonly JinjaOptions FewSteps = new() { MaxSteps = JinjaOptions.Default.MaxSteps / 10 };

    [Theory]
    [InlineData("{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}")]
    [InlineData("{% macro f(n) %}{{ f(n + 1) }}{% endmacro %}{{ f(0) }}")]
    [InlineData("{% macro f(n) %}{% if n %}{{ f(n - 1) }}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(60) }}")]
    [InlineData("{{ 'a' * 10000000000 }}")]
    [InlineData("{% set ns = namespace(s='ab') %}{% for i in range(99) %}{% set ns.s = ns.s + ns.s %}{% endfor %}")]
    [InlineData("{% set ns = namespace(l=[1]) %}{% for i in range(99) %}{% set ns.l = ns.l + ns.l %}{% endfor %}")]
    [InlineData("{% set ns = namespace(l=[1]) %}{% for i in range(60) %}{% set ns.l = [ns.l, ns.l] %}{% endfor %}{{ ns.l }}")]
    [InlineData("{% set ns = namespace(l=[1], m=[1]) %}{% for i in range(60) %}{% set ns.l = [ns.l, ns.l] %}{% set ns.m = [ns.m, ns.m] %}{% endfor %}{{ ns.l == ns.m }}")]
    [InlineData("{% set ns = namespace(t=(1, 2)) %}{% for i in range(60) %}{% set ns.t = (ns.t, ns.t) %}{% endfor %}{{ {ns.t: 1} }}")]
    [InlineData("{% set ns = namespace(t=(1, 2)) %}{% for i in range(90000) %}{% set ns.t = (ns.t,) %}{% endfor %}{{ {ns.t: 1} }}")]
    [InlineData("{% set ns = namespace(t=[1]) %}{% for i in range(90000) %}{% set ns.t = [ns.t] %}{% endfor %}{{ ns.t | tojson }}")]
    [InlineData("{% set ns = namespace(g=[1]) %}{% for i in range(90000) %}{% set ns.g = ns.g | map('string') %}{% endfor %}{{ ns.g | list }}")]
    [InlineData("{% set ns = namespace() %}{% set ns.x = ns %}{{ ns }}")]
    [InlineData("{% set s = 'a' * 2000000 + 'b' + 'a' * 2000000 %}{% set t = 'a' * 8000000 %}{% for i in range(99999) %}{{ s in t }}{% endfor %}")]
    [InlineData("{% set s = 'é😀' * 2000000 %}{% for i in range(99999) %}{% if s | length == s[5:] | length %}{% endif %}{% endfor %}")]
    [InlineData("{% set s = 'x' * 8000000 %}{% for i in range(99999) %}{% set d = {s: 1} %}{% endfor %}")]
    [InlineData("{% set l = range(99999) | list %}{% set m = range(99999) | list %}{% for i in range(99999) %}{% set d = l == m %}{% endfor %}")]
    [InlineData("{% set n = 10 ** 4000 %}{% for i in range(99999) %}{% for j in range(99999) %}{% set m = n * n // (n - 1) %}{% endfor %}{% endfor %}")]
    [InlineData("{{ '%1000000000d' % 1 }}")]
    [InlineData("{{ '%.1000000000f' % 1.5 }}")]
    [InlineData("{{ '{:>1000000000}'.format('a') }}")]
    [InlineData("{% for i in range(99999) %}{{ '%f' % 5e-324 }}{{ '%.1000f' % 5e-324 }}{% endfor %}")]
    [InlineData("{{ ('%' ~ '-' * 8000000 ~ 'd') % 1 }}{{ 'a' * 9000000 }}")]
    [InlineData("{{ [3, 1] | sort(attribute=',' * 8000000) }}")]
    [InlineData("{% for x in [1] recursive %}{{ loop([1]) }}{% endfor %}")]
    [InlineData("{{ 9 ** 999999 }}")]
    [InlineData("{{ range(100001) | length }}")]
    public void A_template_without_measure_is_stopped(string template)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();

        ModelPackException exception = Assert.Throws<ModelPackException>(
            () => JinjaTemplate.Parse(template, "bomb").Render(new Dictionary<string, object?>(), FewSteps));

        Assert.Equal("MPK4204", exception.Code);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MostBytes);
    }

    [Theory]
    [InlineData("(", "1", ")")]
    [InlineData("[", "1", "]")]
    [InlineData("not ", "1", "")]
    [InlineData("-", "1", "")]
    [InlineData("", "1", " + 1")]
    [InlineData("", "x", ".a")]
    [InlineData("", "1", "|string")]
    [InlineData("", "1", " if 1 else 1")]
    [InlineData("{1:", "1", "}")]
    public void A_template_nested_too_deep_is_not_read(string open, string inner, string close)
    {
        string expression = Repeat(open, 5000) + inner + Repeat(close, 5000);

        Assert.Equal("MPK4201", Assert.Throws<ModelPackException>(() => JinjaTemplate.Parse("{{ " + expression + " }}", "bomb")).Code);
    }

    [Fact]
    public void The_deepest_template_that_is_read_renders_on_a_small_stack()
    {
        // Parentheses as deep and additions as many as the parser takes, inside one another.
        string expression = "1";
        for (int i = 0; i < 70; i++)
        {
            expression = "(" + expression + Repeat(" + 1", 200) + ")";
        }

        JinjaTemplate template = JinjaTemplate.Parse("{{ " + expression + " }}", "deep");
        string outcome = "";
        var thread = new Thread(
            () =>
            {
                try
                {
                    outcome = template.Render(new Dictionary<string, object?>());
                }
                catch (ModelPackException exception)
                {
                    outcome = exception.Code;
                }
            },
            maxStackSize: 512 * 1024);
        thread.Start();
        thread.Join();

        Assert.Contains(outcome, new[] { "14001", "MPK4204" });
    }

    [Fact]
    public void Limits_can_be_set()
    {
        JinjaTemplate template = JinjaTemplate.Parse("{% for i in range(100) %}{{ i % 10 }}{% endfor %}", "x");
        var none = new Dictionary<string, object?>();

        Assert.Equal(100, template.Render(none, new JinjaOptions { MaxOutputLength = 100 }).Length);
        Assert.Equal("MPK4204", Assert.Throws<ModelPackException>(() => template.Render(none, new JinjaOptions { MaxOutputLength = 99 })).Code);
        Assert.Equal("MPK4204", Assert.Throws<ModelPackException>(() => template.Render(none, new JinjaOptions { MaxSteps = 100 })).Code);
    }

    [Fact]
    public void A_cancelled_rendering_stops()
    {
        using var source = new CancellationTokenSource();
        JinjaTemplate template = JinjaTemplate.Parse("{% for a in range(99999) %}{% for b in items %}{% endfor %}{% endfor %}", "x");
        var variables = new Dictionary<string, object?> { ["items"] = Enumerable.Range(0, 50_000).Select(i => (object?)i).ToArray() };
        var options = new JinjaOptions { MaxSteps = long.MaxValue };

        Task rendering = Task.Run(() => template.Render(variables, options, source.Token));
        source.Cancel();

        Assert.ThrowsAny<OperationCanceledException>(() => rendering.GetAwaiter().GetResult());
    }

    private static string Repeat(string text, int count) => string.Concat(Enumerable.Repeat(text, count));
}
