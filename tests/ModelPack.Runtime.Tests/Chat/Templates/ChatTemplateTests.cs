using System.Text.Json;
using ModelPack.Runtime.Chat.Templates;

namespace ModelPack.Runtime.Tests.Chat.Templates;

public sealed class ChatTemplateTests
{
    private const string Plain =
        "{{ bos_token }}{% for m in messages %}<{{ m.role }}>{{ m.content }}</{{ m.role }}>{% endfor %}{% if add_generation_prompt %}<assistant>{% endif %}";

    private static readonly Dictionary<string, object?> Tokens = new() { ["bos_token"] = "[B]" };

    private static readonly TemplateMessage[] Conversation = [new("user", "hi"), new("assistant", " well ")];

    [Fact]
    public void Messages_tokens_and_generation_prompt_reach_the_template() => Assert.Equal(
        "[B]<user>hi</user><assistant> well </assistant><assistant>", ChatTemplate.Parse(Plain, "t", Tokens).Render(Conversation));

    [Fact]
    public void Extra_variables_win_over_special_tokens() => Assert.Equal(
        "!<user>hi</user>",
        ChatTemplate.Parse(Plain, "t", Tokens).Render(
            Conversation[..1], addGenerationPrompt: false, variables: new Dictionary<string, object?> { ["bos_token"] = "!" }));

    [Fact]
    public void Tools_and_documents_are_none_when_not_given() => Assert.Equal(
        "None True None True",
        ChatTemplate.Parse("{{ tools }} {{ tools is defined }} {{ documents }} {{ documents is defined }}", "t").Render(Conversation));

    [Fact]
    public void Fields_with_null_are_dropped_before_rendering() => Assert.Equal(
        "FalseTrue",
        ChatTemplate.Parse("{{ 'content' in messages[0] }}{{ 'x' in messages[0] }}", "t")
            .Render([new TemplateMessage([new("role", "user"), new("content", null), new("x", 0)])]));

    [Theory]
    [InlineData("reasoning_content")]
    [InlineData("thinking")]
    [InlineData("reasoning")]
    public void A_reasoning_text_is_found_under_the_names_that_templates_use(string field) => Assert.Equal(
        "hm|hm",
        ChatTemplate.Parse("{{ messages[0].reasoning_content }}|{{ messages[0].thinking }}", "t")
            .Render([new TemplateMessage("assistant", "x").With(field, "hm")]));

    [Fact]
    public void No_messages_are_refused() => Assert.Equal(
        "MPK4205", Assert.Throws<ModelPackException>(() => ChatTemplate.Parse(Plain, "t").Render([])).Code);

    [Fact]
    public void A_continued_message_stays_open_with_its_blanks() => Assert.Equal(
        "[B]<user>hi</user><assistant> well ", Continue(Plain, Conversation));

    [Fact]
    public void A_continued_message_that_the_template_trims_ends_without_blanks() => Assert.Equal(
        "hi;well", Continue("{% for m in messages %}{{ m.content | trim }};{% endfor %}", Conversation));

    [Fact]
    public void The_last_text_part_is_the_one_continued()
    {
        object parts = new object?[]
        {
            new Dictionary<string, object?> { ["type"] = "text", ["text"] = "a" },
            new Dictionary<string, object?> { ["type"] = "text", ["text"] = "b" },
            new Dictionary<string, object?> { ["type"] = "image" },
        };

        Assert.Equal("ab", Continue("{% for m in messages %}{% for p in m.content %}{{ p.text }}{% endfor %}.{% endfor %}", [new("assistant", parts)]));
    }

    [Theory]
    [InlineData("fixed", "content", "does not write it")]
    [InlineData("{{ messages[0].content }}", "nothing", "no field 'nothing'")]
    public void A_message_that_cannot_be_continued_is_refused(string template, string field, string reason)
    {
        ModelPackException exception = Assert.Throws<ModelPackException>(
            () => ChatTemplate.Parse(template, "t").Render(new ChatTemplateRequest { Messages = Conversation, ContinueField = field }));

        Assert.Equal("MPK4205", exception.Code);
        Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_message_cannot_be_continued_and_a_new_one_begun() => Assert.Equal("MPK4205", Assert.Throws<ModelPackException>(
        () => ChatTemplate.Parse(Plain, "t").Render(new ChatTemplateRequest
        {
            Messages = Conversation,
            ContinueField = ChatTemplateRequest.ContentField,
            AddGenerationPrompt = true,
        })).Code);

    [Fact]
    public void Of_named_templates_the_one_for_tools_is_taken_when_there_are_tools()
    {
        ChatTemplate template = ChatTemplate.Parse(new Dictionary<string, string> { ["default"] = "D", ["tool_use"] = "T{{ tools | length }}", ["rag"] = "R" }, "t");

        Assert.Equal("D", template.Render(Conversation));
        Assert.Equal("T0", template.Render(Conversation, tools: []));
        Assert.Equal("R", template.Render(new ChatTemplateRequest { Messages = Conversation, TemplateName = "rag" }));
    }

    [Fact]
    public void An_unknown_template_name_is_refused_with_the_known_ones()
    {
        ModelPackException exception = Assert.Throws<ModelPackException>(
            () => ChatTemplate.Parse(Plain, "t").Render(new ChatTemplateRequest { Messages = Conversation, TemplateName = "rag" }));

        Assert.Equal("MPK4207", exception.Code);
        Assert.Contains("it has 'default'", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Messages_from_json_keep_every_field_and_its_order()
    {
        JsonElement json = JsonDocument.Parse("""{"tool_calls": [{"id": 1, "f": {"b": 1.0, "a": null}}], "role": "assistant"}""").RootElement;

        Assert.Equal(
            "tool_calls,role {\"b\": 1.0, \"a\": null}",
            ChatTemplate.Parse("{{ messages[0] | join(',') }} {{ messages[0].tool_calls[0].f | tojson }}", "t").Render([TemplateMessage.FromJson(json)]));
        Assert.Throws<ArgumentException>(() => TemplateMessage.FromJson(JsonDocument.Parse("[]").RootElement));
    }

    [Fact]
    public void The_clock_can_be_set() => Assert.Equal(
        "05 Mar 2027 Friday 9 064",
        ChatTemplate.Parse("{{ strftime_now('%d %b %Y %A %-H %j') }}", "t").Render(new ChatTemplateRequest
        {
            Messages = Conversation,
            Options = new JinjaOptions { Clock = new FixedClock(new DateTimeOffset(2027, 3, 5, 9, 0, 0, TimeSpan.Zero)) },
        }));

    private static string Continue(string template, TemplateMessage[] messages) => ChatTemplate.Parse(template, "t", Tokens)
        .Render(new ChatTemplateRequest { Messages = messages, ContinueField = ChatTemplateRequest.ContentField });
}
