using System.Text.Json;
using ModelPack.Runtime.Chat.Templates;
using ModelPack.Runtime.Tokenization;
using ModelPack.Tests;

namespace ModelPack.Runtime.Tests.Chat.Templates;

/// <summary>Template and tokenizer together: the ids that a conversation becomes.</summary>
public sealed class ChatIdGoldenTests
{
    [SkippableTheory]
    [InlineData("tinytales")]
    [InlineData("llama-3")]
    [InlineData("qwen3")]
    [InlineData("phi-3")]
    [InlineData("smollm2")]
    public void A_conversation_becomes_the_ids_of_the_reference(string name)
    {
        ChatTemplate template = TemplateGoldens.Templates()[name];
        Dictionary<string, JsonElement> conversations = TemplateGoldens.Json("conversations.json").EnumerateArray()
            .ToDictionary(conversation => conversation.GetProperty("name").GetString()!);
        JsonElement[] rows = [.. TemplateGoldens.Lines("chat-ids.jsonl.gz").Where(row => row.GetProperty("template").GetString() == name)];
        Tokenizer tokenizer = Tokenizer.Load(SharedFolder.Require(rows[0].GetProperty("tokenizer").GetString()!));
        var failures = new List<string>();
        foreach (JsonElement row in rows)
        {
            string conversation = row.GetProperty("conversation").GetString()!;
            string text = template.Render(TemplateGoldens.Request(conversations[conversation], row.GetProperty("options")));
            int[] expected = [.. row.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32())];
            if (!tokenizer.Encode(text, addSpecialTokens: false).SequenceEqual(expected))
            {
                failures.Add($"{conversation} {row.GetProperty("options").GetRawText()}");
            }
        }

        Assert.True(rows.Length > 80, $"only {rows.Length} rows");
        Assert.True(failures.Count == 0, $"{failures.Count} of {rows.Length} rows differ:\n" + string.Join('\n', failures));
    }
}
