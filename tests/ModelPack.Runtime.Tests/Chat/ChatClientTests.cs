using Microsoft.Extensions.AI;
using ModelPack.Runtime.Chat.Templates;
using ModelPack.Runtime.Generation;
using ModelPack.Runtime.Tokenization;

namespace ModelPack.Runtime.Tests.Chat;

public sealed class ChatClientTests(TinyTales tinyTales) : IClassFixture<TinyTales>, IDisposable
{
    private const string Prompt = "Write a bedtime story with a fox and a drum.";
    private readonly IChatClient _chat = tinyTales.Model.AsIChatClient();

    public static TheoryData<string, ChatOptions> Refused => new()
    {
        { "MPK4307", new ChatOptions { Tools = [AIFunctionFactory.Create(() => 1, "one")] } },
        { "MPK4308", new ChatOptions { ResponseFormat = ChatResponseFormat.Json } },
        { "MPK4308", new ChatOptions { ResponseFormat = ChatResponseFormat.ForJsonSchema<int[]>() } },
        { "MPK4309", new ChatOptions { ConversationId = "abc" } },
        { "MPK4310", new ChatOptions { ModelId = "another" } },
        { "MPK4301", new ChatOptions { Temperature = -1 } },
        { "MPK4301", new ChatOptions { MaxOutputTokens = 0 } },
        { "MPK4301", new ChatOptions { AdditionalProperties = new() { ["min_p"] = "much" } } },
        { "MPK4301", new ChatOptions { AdditionalProperties = new() { ["chat_template_kwargs"] = 3 } } },
    };

    public void Dispose() => _chat.Dispose();

    [Fact]
    public void Services_are_the_metadata_and_what_the_client_is_made_of()
    {
        var metadata = _chat.GetService<ChatClientMetadata>()!;
        Assert.Equal(("modelpack", tinyTales.Model.Name), (metadata.ProviderName, metadata.DefaultModelId));
        Assert.Same(_chat, _chat.GetService<IChatClient>());
        Assert.Same(tinyTales.Model, _chat.GetService<PackedModel>());
        Assert.Same(tinyTales.Model.Tokenizer, _chat.GetService<Tokenizer>());
        Assert.Same(tinyTales.Model.ChatTemplate, _chat.GetService<ChatTemplate>());
        Assert.Null(_chat.GetService(typeof(IChatClient), "key"));
        Assert.Null(_chat.GetService(typeof(string)));
        Assert.Throws<ArgumentNullException>(() => _chat.GetService(null!));
    }

    [Fact]
    public async Task A_response_carries_text_usage_and_identity()
    {
        var before = DateTimeOffset.UtcNow;
        var response = await _chat.GetResponseAsync(Prompt, new ChatOptions { MaxOutputTokens = 12 });
        var message = Assert.Single(response.Messages);
        Assert.Equal(ChatRole.Assistant, message.Role);
        Assert.NotEmpty(message.Text);
        Assert.Equal(ChatFinishReason.Length, response.FinishReason);
        Assert.Equal(tinyTales.Model.Name, response.ModelId);
        Assert.NotEmpty(response.ResponseId!);
        Assert.NotEmpty(message.MessageId!);
        Assert.InRange(response.CreatedAt!.Value, before, DateTimeOffset.UtcNow);
        Assert.Equal(12, response.Usage!.OutputTokenCount);
        Assert.Equal(response.Usage.InputTokenCount + 12, response.Usage.TotalTokenCount);
        Assert.True(Assert.IsType<GenerationSummary>(response.RawRepresentation).TokensPerSecond > 0);
    }

    [Fact]
    public async Task A_whole_story_ends_by_itself()
    {
        var response = await _chat.GetResponseAsync(Prompt);
        Assert.Equal(ChatFinishReason.Stop, response.FinishReason);
        Assert.Contains("fox", response.Text, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("drum", response.Text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<|", response.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_update_is_identified_and_the_last_one_ends_the_answer()
    {
        var updates = await _chat.GetStreamingResponseAsync(Prompt, new ChatOptions { MaxOutputTokens = 12 }).ToListAsync();
        Assert.All(updates, update =>
        {
            Assert.Equal(ChatRole.Assistant, update.Role);
            Assert.Equal(updates[0].ResponseId, update.ResponseId);
            Assert.Equal(updates[0].MessageId, update.MessageId);
            Assert.Equal(tinyTales.Model.Name, update.ModelId);
            Assert.NotNull(update.CreatedAt);
        });
        Assert.NotEmpty(updates[0].ResponseId!);
        Assert.All(updates.SkipLast(1), update => Assert.Null(update.FinishReason));
        Assert.Equal(ChatFinishReason.Length, updates[^1].FinishReason);
        Assert.Equal(12, Assert.Single(updates[^1].Contents.OfType<UsageContent>()).Details.OutputTokenCount);

        var joined = updates.ToChatResponse();
        var whole = await _chat.GetResponseAsync(Prompt, new ChatOptions { MaxOutputTokens = 12 });
        Assert.Equal(whole.Text, joined.Text);
        Assert.Single(joined.Messages);
        Assert.Equal(whole.Usage!.TotalTokenCount, joined.Usage!.TotalTokenCount);
        Assert.Equal(whole.FinishReason, joined.FinishReason);
    }

    [Fact]
    public async Task A_conversation_goes_on_from_streamed_answers()
    {
        var history = new List<ChatMessage> { new(ChatRole.User, Prompt) };
        var first = await _chat.GetStreamingResponseAsync(history, new ChatOptions { MaxOutputTokens = 20 }).ToListAsync();
        history.AddMessages(first);
        history.Add(new(ChatRole.User, "Write a bedtime story with an owl."));
        var second = await _chat.GetResponseAsync(history, new ChatOptions { MaxOutputTokens = 20 });
        Assert.True(second.Usage!.InputTokenCount > first.ToChatResponse().Usage!.TotalTokenCount);
        Assert.NotEmpty(second.Text);
    }

    [Fact]
    public async Task Instructions_are_a_system_message_in_front_and_options_stay_as_they_were()
    {
        const string Instructions = "You are a storyteller.";
        var options = new ChatOptions { Instructions = Instructions, MaxOutputTokens = 12 };
        var messages = new List<ChatMessage> { new(ChatRole.User, Prompt) };
        var instructed = await _chat.GetResponseAsync(messages, options);
        var explicitly = await _chat.GetResponseAsync([new(ChatRole.System, Instructions), .. messages], new ChatOptions { MaxOutputTokens = 12 });
        var without = await _chat.GetResponseAsync(messages, new ChatOptions { MaxOutputTokens = 12 });
        Assert.Equal(explicitly.Usage!.InputTokenCount, instructed.Usage!.InputTokenCount);
        Assert.Equal(explicitly.Text, instructed.Text);
        Assert.True(without.Usage!.InputTokenCount < instructed.Usage.InputTokenCount);
        Assert.Equal(Instructions, options.Instructions);
        Assert.Single(messages);
    }

    [Fact]
    public async Task Options_reach_the_sampler()
    {
        var options = new ChatOptions { Temperature = 1.2f, Seed = 3, MaxOutputTokens = 24 };
        string drawn = (await _chat.GetResponseAsync(Prompt, options)).Text;
        string greedy = (await _chat.GetResponseAsync(Prompt, new ChatOptions { MaxOutputTokens = 24 })).Text;
        Assert.Equal(drawn, (await _chat.GetResponseAsync(Prompt, options)).Text);
        Assert.NotEqual(drawn, greedy);
        Assert.Equal(greedy, await Text(new ChatOptions { Temperature = 0 }));
        Assert.Equal(greedy, await Text(new ChatOptions { Temperature = 1.2f, TopK = 1 }));
        Assert.Equal(greedy, await Text(new ChatOptions { Temperature = 1.2f, TopP = 1e-6f }));
        Assert.Equal(greedy, await Text(new ChatOptions { Temperature = 1.2f, AdditionalProperties = new() { ["min_p"] = 1 } }));
        Assert.NotEqual(greedy, await Text(new ChatOptions { Temperature = 0, FrequencyPenalty = 20 }));
        Assert.NotEqual(greedy, await Text(new ChatOptions { Temperature = 0, PresencePenalty = 20 }));
        Assert.NotEqual(greedy, await Text(new ChatOptions { Temperature = 0, AdditionalProperties = new() { ["repetition_penalty"] = 10 } }));
        Assert.Equal(drawn, await Text(new ChatOptions { RawRepresentationFactory = _ => new GenerationOptions { Temperature = 1.2f, Seed = 3 } }));

        async Task<string> Text(ChatOptions given)
        {
            given.MaxOutputTokens = 24;
            return (await _chat.GetResponseAsync(Prompt, given)).Text;
        }
    }

    [Fact]
    public async Task A_stop_sequence_never_leaks_into_an_update()
    {
        string whole = (await _chat.GetResponseAsync(Prompt, new ChatOptions { MaxOutputTokens = 40 })).Text;
        string stop = whole.Substring(30, 7);
        string shown = "";
        ChatFinishReason? reason = null;
        await foreach (var update in _chat.GetStreamingResponseAsync(Prompt, new ChatOptions { StopSequences = [stop] }))
        {
            shown += update.Text;
            reason = update.FinishReason ?? reason;
            Assert.StartsWith(shown, whole[..whole.IndexOf(stop, StringComparison.Ordinal)], StringComparison.Ordinal);
        }

        Assert.Equal(whole[..whole.IndexOf(stop, StringComparison.Ordinal)], shown);
        Assert.Equal(ChatFinishReason.Stop, reason);
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task What_cannot_be_honoured_is_refused(string code, ChatOptions options)
    {
        Assert.Equal(code, (await Assert.ThrowsAsync<ModelPackException>(() => _chat.GetResponseAsync(Prompt, options))).Code);
        Assert.Equal(code, (await Assert.ThrowsAsync<ModelPackException>(async () => await _chat.GetStreamingResponseAsync(Prompt, options).ToListAsync())).Code);
    }

    [Fact]
    public async Task Content_other_than_text_is_refused_by_its_type()
    {
        var image = new ChatMessage(ChatRole.User, [new TextContent("Look:"), new DataContent(new byte[] { 1 }, "image/png")]);
        var error = await Assert.ThrowsAsync<ModelPackException>(() => _chat.GetResponseAsync([image]));
        Assert.Equal("MPK4306", error.Code);
        Assert.Contains("DataContent", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_conversation_over_the_context_is_refused_with_both_numbers()
    {
        string text = string.Concat(Enumerable.Repeat("the cat sat on the mat ", 200));
        var error = await Assert.ThrowsAsync<ModelPackException>(() => _chat.GetResponseAsync(text));
        Assert.Equal("MPK4302", error.Code);
        Assert.Contains("at most 511", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Null_messages_are_refused_at_once()
    {
        await Assert.ThrowsAsync<ArgumentNullException>(() => _chat.GetResponseAsync((IEnumerable<ChatMessage>)null!));
        Assert.Throws<ArgumentNullException>(() => { _chat.GetStreamingResponseAsync((IEnumerable<ChatMessage>)null!); });
    }

    [Fact]
    public async Task Tools_that_must_not_be_used_are_no_obstacle()
    {
        var options = new ChatOptions { Tools = [AIFunctionFactory.Create(() => 1, "one")], ToolMode = ChatToolMode.None, ResponseFormat = ChatResponseFormat.Text, MaxOutputTokens = 2 };
        Assert.NotEmpty((await _chat.GetResponseAsync(Prompt, options)).Text);
    }

    [Fact]
    public async Task Cancellation_ends_the_answer()
    {
        using var cancellation = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var update in _chat.GetStreamingResponseAsync(Prompt, null, cancellation.Token))
            {
                await cancellation.CancelAsync();
            }
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _chat.GetResponseAsync(Prompt, null, cancellation.Token));
    }

    [Fact]
    public async Task Requests_at_once_get_their_own_answers()
    {
        string[] prompts = ["Write a bedtime story with a fox.", "Write a bedtime story with an owl.", "Write a bedtime story with a bear."];
        var options = new ChatOptions { MaxOutputTokens = 30 };
        var alone = new List<string>();
        foreach (string prompt in prompts)
        {
            alone.Add((await _chat.GetResponseAsync(prompt, options)).Text);
        }

        var together = await Task.WhenAll(prompts.Select(prompt => _chat.GetResponseAsync(prompt, options)));
        Assert.Equal(alone, together.Select(response => response.Text));
    }

    [Fact]
    public async Task A_disposed_client_says_so_and_leaves_the_model_open()
    {
        var chat = tinyTales.Model.AsIChatClient();
        chat.Dispose();
        chat.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => chat.GetResponseAsync(Prompt));
        Assert.NotEmpty((await _chat.GetResponseAsync(Prompt, new ChatOptions { MaxOutputTokens = 2 })).Text);
    }

    [Fact]
    public void A_model_without_a_template_cannot_chat()
    {
        using var model = SmallModel.Open();
        Assert.Null(model.ChatTemplate);
        Assert.Equal("MPK4305", Assert.Throws<ModelPackException>(() => model.AsIChatClient()).Code);
    }
}
