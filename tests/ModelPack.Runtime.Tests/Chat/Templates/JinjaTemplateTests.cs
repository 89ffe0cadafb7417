using System.Text.Json;
using System.Text.Json.Nodes;
using ModelPack.Runtime.Chat.Templates;

namespace ModelPack.Runtime.Tests.Chat.Templates;

/// <summary>The core of the language; every expected text is what jinja2 3.1.6 gives with transformers' settings.</summary>
public sealed class JinjaTemplateTests
{
    private static readonly Dictionary<string, object?> Variables = new()
    {
        ["messages"] = JsonNode.Parse("""[{"role": "user", "content": "hi"}, {"role": "assistant", "content": "x"}, {"role": "user", "content": "bye"}]"""),
        ["m"] = new Dictionary<string, object?> { ["items"] = 5 },
    };

    [Theory]
    [InlineData("{{ 7 // -2 }} {{ -7 % 3 }} {{ 2 ** -1 }} {{ 10 ** 30 }} {{ 9223372036854775807 + 1 }}", "-4 2 0.5 1000000000000000000000000000000 9223372036854775808")]
    [InlineData("{{ 0.1 + 0.2 }} {{ 1e16 }} {{ 100.0 }} {{ 1e-5 }} {{ 5e-324 }} {{ 1e22 }}", "0.30000000000000004 1e+16 100.0 1e-05 5e-324 1e+22")]
    [InlineData("{{ '%05.1f|%-4s|%+d|%x|%e' % (2.25, 'ab', 3, 255, 12345.678) }}", "002.2|ab  |+3|ff|1.234568e+04")]
    [InlineData("{{ '{:>6}|{:,}|{:.3f}|{:#x}|{!r}'.format('ab', 1234567, 2.0005, 255, 'q') }}", "    ab|1,234,567|2.001|0xff|'q'")]
    [InlineData("{{ none.x is defined }} {{ (u | default('d')) }} {{ u is none }} {{ [u] }} {{ u == v }} {{ 'x' in u }}", "False d False [Undefined] True False")]
    [InlineData("{{ 1 < 2 < 3 }} {{ 3 > 2 > 2 }} {{ [1, 2] < [1, 3] }} {{ 'a' < 'b' }} {{ true == 1 }} {{ 1 is true }} {{ '1' == 1 }}", "True False True True True False False")]
    [InlineData("{{ 'x' if false }}|{{ 'a' if 0 else 'b' if [] else 'c' }}", "|c")]
    [InlineData("{{ 2.5 | round }} {{ 0.125 | round(2) }} {{ 1.15 | round(1) }} {{ '0x1f' | int(0, 16) }} {{ 'x' | int(7) }} {{ '1e3' | float }}", "2.0 0.12 1.1 31 7 1000.0")]
    public void Operators_follow_Python_and_Jinja(string template, string expected) => Assert.Equal(expected, Render(template));

    [Theory]
    [InlineData("{{ 'Straße İ ΑΣ'.upper() }} {{ 'ΑΣ ΑΣΑ İ'.lower() }} {{ 'ǆ ﬁn'.title() }}", "STRASSE İ ΑΣ ας ασα i̇ ǅ Fin")]
    [InlineData("{{ 'a\\u2003b c'.split() }} {{ 'a\\x1cb'.split() }} {{ 'x\\u200by'.split() | length }}", "['a', 'b', 'c'] ['a', 'b'] 1")]
    [InlineData("{{ '😀é'[0] }}{{ '😀é' | length }}{{ '😀é'[::-1] }}{{ 'a😀'.find('😀') }}", "😀2é😀1")]
    [InlineData("{{ [1, 2, 3, 4][1:-1] }} {{ 'hello'[::-2] }} {{ (1, 2, 3)[:2] }} {{ [1, 2][5:] }}", "[2, 3] olh (1, 2) []")]
    [InlineData("{{ 'it\\'s' }} {{ [\"it's\", 'q\"', 'b\\'\"', '\\n\\x00\\u200b'] }}", "it's [\"it's\", 'q\"', 'b\\'\"', '\\n\\x00\\u200b']")]
    public void Texts_count_code_points_and_follow_Unicode(string template, string expected) => Assert.Equal(expected, Render(template));

    [Theory]
    [InlineData("{% for x in [1,2,3] %}{% set y = x %}{% if loop.first %}{% continue %}{% endif %}{{ loop.previtem }}{{ x }}{{ loop.nextitem }};{% else %}none{% endfor %}{{ y }}", "123;23;")]
    [InlineData("{% for a, (b, c) in [[1, [2, 3]]] %}{{ a }}{{ b }}{{ c }}{% endfor %}", "123")]
    [InlineData("{% macro tree(n) %}{{ n.v }}{% for c in n.c %}({{ tree(c) }}){% endfor %}{% endmacro %}{{ tree({'v': 1, 'c': [{'v': 2, 'c': []}, {'v': 3, 'c': [{'v': 4}]}]}) }}", "1(2)(3(4))")]
    [InlineData("{% macro m(a, b=a ~ '!') %}{{ a }}{{ b }}{{ varargs }}{{ kwargs }}{% endmacro %}{{ m(1, 2, 3, k=4) }}{{ m('x') }}", "12(3,){'k': 4}xx!(){}")]
    [InlineData("{% set ns = namespace(n=0) %}{% for i in range(5) if i is odd %}{% set ns.n = ns.n + i %}{% endfor %}{{ ns.n }}", "4")]
    [InlineData("{% set x %}a{% set y = 1 %}{% endset %}{{ x }}{{ y is defined }}", "aFalse")]
    [InlineData("{% filter upper | replace('A', '-') %}abc{% endfilter %}", "-BC")]
    [InlineData("{% macro wrap() %}[{{ caller(1) }}|{{ caller(2) }}]{% endmacro %}{% call(x) wrap() %}<{{ x }}>{% endcall %}", "[<1>|<2>]")]
    [InlineData("{% for x in [[1], [2, [3]]] recursive %}{{ loop.depth }}:{% if x is iterable %}{{ loop(x) }}{% else %}{{ x }}{% endif %};{% endfor %}", "1:2:1;;1:2:2;2:3:3;;;")]
    [InlineData("{% with p = 1, b = 2 %}{{ p + b }}{% endwith %}{{ p is defined }}", "3False")]
    [InlineData("{{ range(3) }} {{ range(10)[-1] }} {{ range(0, 10, 4) | list }} {{ range(3) | sum }}", "range(0, 3) 9 [0, 4, 8] 3")]
    [InlineData("{% set c = cycler('a', 'b') %}{% set j = joiner('-') %}{% for i in range(3) %}{{ j() }}{{ c.next() }}{% endfor %}", "a-b-a")]
    public void Statements_keep_their_scopes(string template, string expected) => Assert.Equal(expected, Render(template));

    [Theory]
    [InlineData("{{ [3, 'a'] | map('string') | join('+') }} {{ {'b': 1, 'A': 2} | dictsort }} {{ ['b', 'A', 'c'] | sort }} {{ 'x' | list + [1] }}", "3+a [('A', 2), ('b', 1)] ['A', 'b', 'c'] ['x', 1]")]
    [InlineData("{{ messages | selectattr('role', 'equalto', 'user') | map(attribute='content') | join('|') }}", "hi|bye")]
    [InlineData("{{ {'a': [1, 2.0, none, true], 'é': '<\"\\n'} | tojson }}", "{\"a\": [1, 2.0, null, true], \"é\": \"<\\\"\\n\"}")]
    [InlineData("{{ {'a': [1, {}]} | tojson(indent=2) }}", "{\n  \"a\": [\n    1,\n    {}\n  ]\n}")]
    [InlineData("{{ m.items is defined }} {{ m['items'] }} {{ m.get('items') }} {{ m.items() | list }}", "True 5 5 [('items', 5)]")]
    [InlineData("{{ ('<b>' | safe) + '<i>' }} {{ '<b>' | e }} {{ '<p>a <i>b</i></p>' | striptags }}", "<b>&lt;i&gt; &lt;b&gt; a b")]
    [InlineData("{{ 'a b c' | replace(' ', '') | upper | length }} {{ 'x,y' .split(',')[1] }} {{ ' a '.strip() ~ '|' ~ 'xxaxx'.strip('x') }}", "3 y a|a")]
    public void Filters_and_methods_give_what_jinja2_gives(string template, string expected) => Assert.Equal(expected, Render(template));

    [Theory]
    [InlineData("  {% if true %}\n  x\n  {% endif %}\ny\n", "  x\ny")]
    [InlineData("a  {%- if true -%}  b  {%- endif +%}\nc{# note #}\n\nd", "ab\nc\nd")]
    [InlineData("  {%+ if true %}x{% endif %}", "  x")]
    [InlineData("{% raw %}{{ x }}{% endraw %}{{ '{{' }}", "{{ x }}{{")]
    [InlineData("a\r\nb\rc\n\n", "a\nb\nc\n")]
    public void White_space_control_is_that_of_transformers(string template, string expected) => Assert.Equal(expected, Render(template));

    [Fact]
    public void Variables_of_every_kind_become_values()
    {
        var variables = new Dictionary<string, object?>
        {
            ["v"] = new object?[] { null, true, 1, 2L, 2.5, 2.5f, 7ul, "t", JsonDocument.Parse("[1, 1.0, 1e2]").RootElement, JsonValue.Create(12) },
            ["d"] = new JsonObject { ["b"] = 1, ["a"] = new JsonArray("x", null) },
        };

        string text = JinjaTemplate.Parse("{{ v }} {{ d }} {{ w is defined }}", "test").Render(variables);

        Assert.Equal("[None, True, 1, 2, 2.5, 2.5, 7, 't', [1, 1.0, 100.0], 12] {'b': 1, 'a': ['x', None]} False", text);
    }

    [Fact]
    public void A_variable_of_an_unknown_type_is_an_argument_error() => Assert.Throws<ArgumentException>(
        () => JinjaTemplate.Parse("{{ v }}", "test").Render(new Dictionary<string, object?> { ["v"] = new Version(1, 2) }));

    [Fact]
    public void A_variable_that_contains_itself_is_refused()
    {
        var list = new List<object?>();
        list.Add(list);

        Assert.Equal("MPK4204", Assert.Throws<ModelPackException>(
            () => JinjaTemplate.Parse("{{ v }}", "test").Render(new Dictionary<string, object?> { ["v"] = list })).Code);
        Assert.Equal("MPK4204", Assert.Throws<ModelPackException>(
            () => ChatTemplate.Parse("{{ messages }}", "test").Render([new TemplateMessage("user", list)])).Code);
    }

    [Fact]
    public void Json_nodes_may_be_deeper_than_json_readers_allow()
    {
        JsonNode node = new JsonArray();
        for (int i = 0; i < 200; i++)
        {
            node = new JsonArray(node);
        }

        Assert.Equal(
            new string('[', 201) + new string(']', 201),
            JinjaTemplate.Parse("{{ v | tojson }}", "test").Render(new Dictionary<string, object?> { ["v"] = node }));
    }

    [Fact]
    public void The_names_a_template_needs_are_listed() => Assert.Equal(
        ["messages", "bos_token", "raise_exception"],
        JinjaTemplate.Parse("{% for m in messages %}{% set x = bos_token %}{{ x }}{% endfor %}{{ raise_exception('no') }}", "test").FreeNames
            .Where(name => name is not ("m" or "x")));

    [Fact]
    public void One_parsed_template_renders_on_many_threads_at_once()
    {
        JinjaTemplate template = JinjaTemplate.Parse(
            "{% macro f(n) %}{{ n }}{% if n > 0 %}{{ f(n - 1) }}{% endif %}{% endmacro %}{% set ns = namespace(s='') %}"
            + "{% for i in range(k) %}{% set ns.s = ns.s ~ i %}{% endfor %}{{ ns.s }}|{{ f(k) }}",
            "test");

        Parallel.For(0, 200, i =>
        {
            int k = i % 10;
            string expected = string.Concat(Enumerable.Range(0, k)) + "|" + string.Concat(Enumerable.Range(0, k + 1).Reverse());
            Assert.Equal(expected, template.Render(new Dictionary<string, object?> { ["k"] = k }));
        });
    }

    private static string Render(string template) => JinjaTemplate.Parse(template, "test").Render(Variables);
}
