using ModelPack.Runtime.Chat.Templates;

namespace ModelPack.Runtime.Tests.Chat.Templates;

public sealed class JinjaErrorTests
{
    [Theory]
    [InlineData("a\n{% if x %}\nb", 3, "'if' is not closed by 'endif'")]
    [InlineData("{% if x %}\n{% endfor %}", 2, "unknown tag 'endfor'")]
    [InlineData("\n\n{{ 1 + }}", 3, "expected an expression")]
    [InlineData("{{ 'open }}", 1, "a string is not closed")]
    [InlineData("\n{# open", 2, "a comment is not closed")]
    [InlineData("{{ x | nosuch }}", 1, "no filter named 'nosuch'")]
    [InlineData("\n{{ x is nosuch }}", 2, "no test named 'nosuch'")]
    [InlineData("{% set none = 1 %}", 1, "cannot assign to the constant 'none'")]
    [InlineData("{% break %}", 1, "'break' outside of a loop")]
    [InlineData("{{ a ? b }}", 1, "unexpected character '?'")]
    public void A_template_that_cannot_be_read_is_refused_with_its_line(string template, int line, string reason)
    {
        ModelPackException exception = Assert.Throws<ModelPackException>(() => JinjaTemplate.Parse(template, "models/x/chat_template.jinja"));

        Assert.Equal("MPK4201", exception.Code);
        Assert.Contains("'models/x/chat_template.jinja'", exception.Message, StringComparison.Ordinal);
        Assert.Contains($"line {line}: ", exception.Message, StringComparison.Ordinal);
        Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\n{{ x.y }}", 2, "'x' is undefined")]
    [InlineData("{{ d.y.z }}", 1, "'dict object' has no attribute 'y'")]
    [InlineData("\n\n{{ 'a'\n + 1 }}", 4, "unsupported operand type(s) for +: 'str' and 'int'")]
    [InlineData("{% macro f() %}\n\n{{ 1 }}{% endmacro %}\n{{ f() + 1 }}", 4, "unsupported operand type(s)")]
    [InlineData("{% for x in 5 %}{% endfor %}", 1, "'int' object is not iterable")]
    [InlineData("{{ 1 < 'a' }}", 1, "'<' not supported between instances of 'int' and 'str'")]
    [InlineData("{{ [1].append(2) }}", 1, "access to attribute 'append' of 'list' object is unsafe")]
    [InlineData("{{ d.update({}) }}", 1, "access to attribute 'update' of 'dict' object is unsafe")]
    [InlineData("{{ ''.__class__.__mro__ }}", 1, "access to attribute '__class__' of 'str' object is unsafe")]
    [InlineData("{% include 'other' %}", 1, "'include'")]
    [InlineData("{{ 1 // 0 }}", 1, "division by zero")]
    [InlineData("{% macro f(a) %}{% endmacro %}{{ f(1, 2) }}", 1, "macro 'f' takes not more than 1 argument(s)")]
    [InlineData("{% set d.x = 1 %}", 1, "'d', which is not a namespace")]
    [InlineData("{{ missing | tojson }}", 1, "'missing' is undefined")]
    public void A_failing_template_names_itself_the_line_and_the_reason(string template, int line, string reason)
    {
        ModelPackException exception = Assert.Throws<ModelPackException>(() => JinjaTemplate.Parse(template, "x.jinja")
            .Render(new Dictionary<string, object?> { ["d"] = new Dictionary<string, object?>() }));

        Assert.Equal("MPK4203", exception.Code);
        Assert.Contains($"'x.jinja' failed at line {line}: ", exception.Message, StringComparison.Ordinal);
        Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_templates_own_refusal_keeps_its_words()
    {
        ModelPackException exception = Assert.Throws<ModelPackException>(() => JinjaTemplate.Parse(
            "{% for m in [1] %}\n{{ raise_exception('roles must ' ~ 'alternate!') }}{% endfor %}", "x.jinja").Render(new Dictionary<string, object?>()));

        Assert.Equal("MPK4202", exception.Code);
        Assert.Contains("line 2", exception.Message, StringComparison.Ordinal);
        Assert.EndsWith(": roles must alternate!", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_filter_inside_an_if_is_an_error_only_when_it_is_reached()
    {
        JinjaTemplate template = JinjaTemplate.Parse("{% if x %}{{ 1 | nosuch }}{% endif %}ok", "x.jinja");

        Assert.Equal("ok", template.Render(new Dictionary<string, object?>()));
        Assert.Equal("MPK4203", Assert.Throws<ModelPackException>(() => template.Render(new Dictionary<string, object?> { ["x"] = true })).Code);
    }
}
