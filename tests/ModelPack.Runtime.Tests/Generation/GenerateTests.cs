using ModelPack.Runtime.Generation;
using ModelPack.Runtime.Tests.Sessions;

namespace ModelPack.Runtime.Tests.Generation;

public sealed class GenerateTests : IDisposable
{
    private const string Prompt = "Once upon a time there was";
    private static readonly GenerationOptions Drawn = new() { Temperature = 1.5f, Seed = 7, MaxTokens = 60, IgnoreEndOfText = true };
    private readonly PackedModel _model = SmallModel.Open();

    public static TheoryData<GenerationOptions> Refused =>
    [
        new() { Temperature = -1 }, new() { Temperature = float.NaN }, new() { TopP = 1.1f }, new() { MinP = -0.1f }, new() { TopK = -1 },
        new() { MaxTokens = 0 }, new() { RepetitionPenalty = 0 }, new() { PresencePenalty = float.PositiveInfinity }, new() { StopStrings = ["a", ""] },
    ];

    public void Dispose() => _model.Dispose();

    [Fact]
    public void The_pieces_are_the_text_and_the_last_one_has_the_summary()
    {
        var pieces = _model.Generate(Prompt, Drawn).ToList();
        Assert.All(pieces.SkipLast(1), piece => Assert.Null(piece.Summary));
        var summary = pieces[^1].Summary!;
        Assert.Equal(FinishReason.Length, summary.FinishReason);
        Assert.Equal(60, summary.OutputTokens);
        Assert.Equal(60, pieces.Sum(piece => piece.Tokens));
        Assert.Equal(Prompt.Length, summary.PromptTokens);
        Assert.Null(summary.StopString);
        Assert.InRange(summary.TimeToFirstToken, TimeSpan.FromTicks(1), summary.Elapsed);
        Assert.True(summary.TokensPerSecond > 0);

        int[] ids = Replay(_model, Drawn);
        Assert.Equal(_model.Tokenizer.Decode(ids), Text(pieces));
    }

    [Fact]
    public void Greedy_text_is_the_most_likely_token_each_time()
    {
        var ids = _model.Tokenizer.Encode(Prompt).ToList();
        for (int i = 0; i < 20; i++)
        {
            int best = 0;
            _model.Score([.. ids], (index, logits) => best = index == ids.Count - 1 ? logits.IndexOf(Max(logits)) : best);
            ids.Add(best);
        }

        var options = GenerationOptions.Greedy with { MaxTokens = 20, IgnoreEndOfText = true };
        Assert.Equal(_model.Tokenizer.Decode([.. ids.Skip(Prompt.Length)]), Text(_model.Generate(Prompt, options)));
        Assert.Equal(Text(_model.Generate(Prompt, options)), Text(_model.Generate(Prompt, new() { MaxTokens = 20, IgnoreEndOfText = true })));
    }

    [Fact]
    public void The_same_seed_gives_the_same_text_and_another_one_another()
    {
        string text = Text(_model.Generate(Prompt, Drawn));
        Assert.Equal(text, Text(_model.Generate(Prompt, Drawn)));
        Assert.NotEqual(text, Text(_model.Generate(Prompt, Drawn with { Seed = 8 })));
        Assert.NotEqual(Text(_model.Generate(Prompt, Drawn with { Seed = null })), Text(_model.Generate(Prompt, Drawn with { Seed = null })));
    }

    [Fact]
    public void A_stop_string_over_several_tokens_ends_the_text_and_never_shows()
    {
        string text = Text(_model.Generate(Prompt, Drawn));
        string stop = text.Substring(20, 4);
        int at = text.IndexOf(stop, StringComparison.Ordinal);
        var pieces = _model.Generate(Prompt, Drawn with { StopStrings = ["§", stop] }).ToList();
        Assert.Equal(text[..at], Text(pieces));
        Assert.Equal((FinishReason.StopString, stop), (pieces[^1].Summary!.FinishReason, pieces[^1].Summary!.StopString));
        Assert.InRange(pieces[^1].Summary!.OutputTokens, at + 4, 59);
    }

    [Fact]
    public void Text_held_back_for_a_stop_string_comes_at_the_end()
    {
        string text = Text(_model.Generate(Prompt, Drawn));
        var pieces = _model.Generate(Prompt, Drawn with { StopStrings = [text[^3..] + "€"] }).ToList();
        Assert.Equal(text, Text(pieces));
        Assert.Equal(FinishReason.Length, pieces[^1].Summary!.FinishReason);
    }

    [Fact]
    public void An_end_of_text_token_ends_the_text()
    {
        var options = Drawn with { MaxTokens = null, IgnoreEndOfText = false, Temperature = 4 };
        var pieces = _model.Generate(Prompt, options).ToList();
        var summary = pieces[^1].Summary!;
        int[] ids = Replay(_model, options with { MaxTokens = summary.OutputTokens });
        Assert.Equal(FinishReason.EndOfText, summary.FinishReason);
        Assert.Equal(SmallTokenizer.End, ids[^1]);
        Assert.DoesNotContain(SmallTokenizer.End, ids[..^1]);
        Assert.Equal(_model.Tokenizer.Decode(ids), Text(pieces));
    }

    [Fact]
    public void Without_a_limit_the_text_ends_with_the_context()
    {
        var summary = _model.Generate(Prompt, Drawn with { MaxTokens = null }).Last().Summary!;
        Assert.Equal(FinishReason.Length, summary.FinishReason);
        Assert.Equal(SmallDecoder.Context, summary.PromptTokens + summary.OutputTokens);
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void Options_outside_their_range_are_refused(GenerationOptions options) =>
        Assert.Equal("MPK4301", Assert.Throws<ModelPackException>(() => _model.Generate(Prompt, options)).Code);

    [Fact]
    public void A_prompt_over_the_context_is_refused_with_both_numbers()
    {
        var error = Assert.Throws<ModelPackException>(() => _model.Generate(new string('a', 300)));
        Assert.Equal("MPK4302", error.Code);
        Assert.Contains("300 tokens", error.Message, StringComparison.Ordinal);
        Assert.Contains("at most 299", error.Message, StringComparison.Ordinal);
        Assert.Single(_model.Generate(new string('a', 299)));
    }

    [Fact]
    public void A_prompt_without_tokens_or_with_unknown_ones_is_refused()
    {
        Assert.Equal("MPK4303", Assert.Throws<ModelPackException>(() => _model.Generate("")).Code);
        Assert.Equal("MPK4304", Assert.Throws<ModelPackException>(() => _model.Generate([1, SmallTokenizer.Vocabulary])).Code);
        Assert.Equal("MPK4304", Assert.Throws<ModelPackException>(() => _model.Generate([-1])).Code);
    }

    [Fact]
    public void Logits_that_are_no_numbers_are_an_error()
    {
        using var damaged = SmallModel.Open(new SmallDecoder { Damaged = true });
        Assert.Equal("MPK4311", Assert.Throws<ModelPackException>(() => damaged.Generate(Prompt).ToList()).Code);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_prompt_evaluated_before_is_not_evaluated_again_and_the_text_stays_the_same(bool reuses)
    {
        using var model = SmallModel.Open(options: SmallModel.OneThread with { ReusePrompts = reuses });
        model.Session.PrefillChunk = 32;
        string prompt = string.Concat(Enumerable.Repeat(Prompt, 4));
        string other = prompt[..80] + "and now for something else";
        var first = model.Generate(prompt, Drawn).ToList();
        var second = model.Generate(prompt, Drawn).ToList();
        var third = model.Generate(other, Drawn).ToList();
        Assert.Equal(Text(first), Text(second));
        Assert.Equal([0, reuses ? 96 : 0, reuses ? 64 : 0], new[] { first, second, third }.Select(pieces => pieces[^1].Summary!.CachedPromptTokens));

        using var fresh = SmallModel.Open();
        fresh.Session.PrefillChunk = 32;
        Assert.Equal(Text(fresh.Generate(other, Drawn)), Text(third));
    }

    [Fact]
    public void Cancellation_ends_the_text_between_tokens()
    {
        using var cancellation = new CancellationTokenSource();
        int count = 0;
        Assert.Throws<OperationCanceledException>(() =>
        {
            foreach (var piece in _model.Generate(Prompt, Drawn, cancellation.Token))
            {
                if (++count == 5)
                {
                    cancellation.Cancel();
                }
            }
        });
        Assert.Equal(5, count);
        Assert.NotEmpty(_model.Generate(Prompt, Drawn));
    }

    [Fact]
    public async Task Asynchronous_pieces_are_the_same_text()
    {
        string text = "";
        await foreach (var piece in _model.GenerateAsync(Prompt, Drawn))
        {
            text += piece.Text;
        }

        Assert.Equal(Text(_model.Generate(Prompt, Drawn)), text);
    }

    [Fact]
    public async Task Leaving_an_asynchronous_enumeration_early_gives_the_caches_back()
    {
        await foreach (var piece in _model.GenerateAsync(Prompt, Drawn with { MaxTokens = null }))
        {
            break;
        }

        _model.Dispose();
        Assert.True(_model.Session.Freed.IsCompleted);
    }

    [Fact]
    public async Task Cancellation_of_an_asynchronous_enumeration_gives_the_caches_back()
    {
        using var cancellation = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var piece in _model.GenerateAsync(Prompt, Drawn).WithCancellation(cancellation.Token))
            {
                await cancellation.CancelAsync();
            }
        });
        _model.Dispose();
        Assert.True(_model.Session.Freed.IsCompleted);
    }

    [Fact]
    public async Task Texts_at_once_are_what_each_is_alone()
    {
        string[] prompts = [.. Enumerable.Range(0, 6).Select(i => Prompt[i..])];
        string[] alone = [.. prompts.Select(prompt => Text(_model.Generate(prompt, Drawn)))];
        string[] together = await Task.WhenAll(prompts.Select(async prompt =>
        {
            string text = "";
            await foreach (var piece in _model.GenerateAsync(prompt, Drawn))
            {
                text += piece.Text;
            }

            return text;
        }));
        Assert.Equal(alone, together);
    }

    [Fact]
    public async Task Disposing_the_model_ends_texts_in_progress()
    {
        using var enumerator = _model.Generate(Prompt, Drawn).GetEnumerator();
        Assert.True(enumerator.MoveNext());
        var disposal = _model.DisposeAsync();
        Assert.False(disposal.IsCompleted);
        Assert.Throws<ObjectDisposedException>(() => enumerator.MoveNext());
        await disposal;
    }

    [Fact]
    public void A_token_allocates_nothing_but_its_text()
    {
        const int Tokens = 25;
        var options = Drawn with { TopK = 40, TopP = 0.95f, RepetitionPenalty = 1.1f, StopStrings = ["never this"], MaxTokens = 300 };
        using var generation = _model.Generate(Prompt, options).GetEnumerator();
        for (int i = 0; i < 50; i++)
        {
            generation.MoveNext();
        }

        long textBytes = long.MaxValue;
        long allocated = AllocatedBytes.Least(_ =>
        {
            long bytes = 0;
            for (int i = 0; i < Tokens; i++)
            {
                generation.MoveNext();
                bytes += StringBytes(generation.Current.Text.Length);
            }

            textBytes = Math.Min(textBytes, bytes);
        });

        // The decoder's own piece, and another string only where characters were held back.
        Assert.InRange(allocated, 0, 2 * textBytes);
    }

    private static long StringBytes(int length) => (22 + (2 * length) + 7) / 8 * 8;

    private static string Text(IEnumerable<GeneratedPiece> pieces) => string.Concat(pieces.Select(piece => piece.Text));

    private static float Max(ReadOnlySpan<float> values)
    {
        float max = values[0];
        foreach (float value in values)
        {
            max = Math.Max(max, value);
        }

        return max;
    }

    // The tokens themselves, drawn again step by step.
    private static int[] Replay(PackedModel model, GenerationOptions options)
    {
        var request = model.CreateRequest(model.Tokenizer.Encode(Prompt), options, continuesText: true);
        var sampler = new ModelPack.Runtime.Generation.Sampling.Sampler(request.Sampling, request.VocabularySize, request.Seed);
        using var sequence = model.Session.CreateSequence(256);
        sequence.Append(request.Prompt, CancellationToken.None);
        var ids = new int[request.MaxTokens];
        for (int i = 0; i < ids.Length; i++)
        {
            ids[i] = sampler.Next(sequence.Logits());
            sequence.Append(ids[i]);
        }

        return ids;
    }
}
