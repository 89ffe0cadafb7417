using ModelPack.Runtime.Chat.Templates;
using ModelPack.Tests;

namespace ModelPack.Runtime.Tests.Chat.Templates;

public sealed class ChatTemplateFilesTests
{
    private static readonly TemplateMessage[] Conversation = [new("user", "hi")];

    [Fact]
    public void A_folder_without_a_template_has_none()
    {
        using var folder = new TemporaryFolder();
        Assert.Null(ChatTemplate.TryLoad(folder.Path));

        File.WriteAllText(folder.File("tokenizer_config.json"), """{"bos_token": "<s>", "chat_template": null}""");
        Assert.Null(ChatTemplate.TryLoad(folder.Path));
    }

    [Fact]
    public void Special_tokens_may_be_texts_or_objects_and_those_of_the_config_win()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("special_tokens_map.json"), """{"bos_token": "old", "unk_token": {"content": "<unk>", "lstrip": false}}""");
        File.WriteAllText(folder.File("tokenizer_config.json"), """
            {
              "bos_token": "<s>", "eos_token": {"__type": "AddedToken", "content": "</s>"}, "pad_token": null, "add_bos_token": true,
              "chat_template": "{{ bos_token }}{{ eos_token }}{{ unk_token }}{{ pad_token is defined }}{{ add_bos_token is defined }}"
            }
            """);

        Assert.Equal("<s></s><unk>FalseFalse", ChatTemplate.TryLoad(folder.Path)!.Render(Conversation));
    }

    [Fact]
    public void The_template_file_wins_over_the_config_and_may_have_further_templates_beside_it()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("tokenizer_config.json"), """{"bos_token": "<s>", "chat_template": "config"}""");
        File.WriteAllText(folder.File("chat_template.jinja"), "file {{ bos_token }}");

        Assert.Equal("file <s>", ChatTemplate.TryLoad(folder.Path)!.Render(Conversation, tools: []));

        Directory.CreateDirectory(folder.File("additional_chat_templates"));
        File.WriteAllText(folder.File("additional_chat_templates/tool_use.jinja"), "tools");

        Assert.Equal("file <s>", ChatTemplate.TryLoad(folder.Path)!.Render(Conversation));
        Assert.Equal("tools", ChatTemplate.TryLoad(folder.Path)!.Render(Conversation, tools: []));
    }

    [Fact]
    public void A_list_of_named_templates_is_read_from_the_config()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(
            folder.File("tokenizer_config.json"),
            """{"chat_template": [{"name": "default", "template": "D"}, {"name": "tool_use", "template": "T"}]}""");

        ChatTemplate template = ChatTemplate.TryLoad(folder.Path)!;

        Assert.Equal(["default", "tool_use"], template.TemplateNames);
        Assert.Equal("T", template.Render(Conversation, tools: []));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("""{"chat_template": 5}""")]
    [InlineData("""{"chat_template": [{"name": "default"}]}""")]
    [InlineData("""{"chat_template": ["x"]}""")]
    public void A_damaged_config_is_refused_with_the_file_named(string config)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("tokenizer_config.json"), config);

        ModelPackException exception = Assert.Throws<ModelPackException>(() => ChatTemplate.TryLoad(folder.Path));

        Assert.Equal("MPK4206", exception.Code);
        Assert.Contains(folder.File("tokenizer_config.json"), exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_template_that_cannot_be_read_hinders_only_its_own_rendering()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("chat_template.jinja"), "{% if %}");

        ChatTemplate template = ChatTemplate.TryLoad(folder.Path)!;

        ModelPackException exception = Assert.Throws<ModelPackException>(() => template.Render(Conversation));
        Assert.Equal("MPK4201", exception.Code);
        Assert.Contains(folder.File("chat_template.jinja"), exception.Message, StringComparison.Ordinal);
        Assert.Equal("MPK4201", Assert.Throws<ModelPackException>(template.Validate).Code);
    }

    [Fact]
    public void The_sample_model_renders_its_own_form() => Assert.Equal(
        "<|begin|><|user|>Tell me a story.<|end|><|assistant|>",
        ChatTemplate.TryLoad(Path.Combine(SharedFolder.Repository, "samples", "models", "tinytales"))!.Render([new("user", "Tell me a story.")]));
}
