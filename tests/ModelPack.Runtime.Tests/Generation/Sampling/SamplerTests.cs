using ModelPack.Runtime.Generation.Sampling;

namespace ModelPack.Runtime.Tests.Generation.Sampling;

public class SamplerTests
{
    private static readonly float[] FourTokens = [MathF.Log(4), MathF.Log(3), MathF.Log(2), MathF.Log(1)];

    public static TheoryData<string> Kinds => [.. Settings.Keys];

    private static Dictionary<string, SamplingSettings> Settings => new()
    {
        ["greedy"] = SamplingSettings.Greedy,
        ["temperature"] = new(0.8f, 0, 1, 0, 1, 0, 0),
        ["top-k"] = new(0.8f, 40, 1, 0, 1, 0, 0),
        ["top-p"] = new(1.2f, 0, 0.9f, 0, 1, 0, 0),
        ["min-p"] = new(1.2f, 0, 1, 0.05f, 1, 0, 0),
        ["everything"] = new(0.9f, 50, 0.95f, 0.01f, 1.1f, 0.3f, 0.2f),
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_token_allocates_nothing(string kind)
    {
        const int Vocabulary = 32_000;
        float[] logits = Numbers.Logits(Vocabulary);
        var working = new float[Vocabulary];
        var sampler = new Sampler(Settings[kind], Vocabulary, 7);
        sampler.AddPrompt([1, 2, 3]);
        Draw(10);

        Assert.Equal(0, AllocatedBytes.Least(_ => Draw(50)));

        void Draw(int times)
        {
            for (int i = 0; i < times; i++)
            {
                logits.CopyTo(working, 0);
                sampler.Next(working);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_same_seed_draws_the_same_tokens(string kind)
    {
        var first = new Sampler(Settings[kind], 5003, 99);
        var second = new Sampler(Settings[kind], 5003, 99);
        for (int i = 0; i < 50; i++)
        {
            Assert.Equal(first.Next(Numbers.Logits(5003, i)), second.Next(Numbers.Logits(5003, i)));
        }
    }

    [Theory]
    [InlineData(0, 1f, 0f, new[] { 0.4, 0.3, 0.2, 0.1 })]
    [InlineData(2, 1f, 0f, new[] { 4.0 / 7, 3.0 / 7, 0, 0 })]
    [InlineData(0, 0.7f, 0f, new[] { 4.0 / 7, 3.0 / 7, 0, 0 })]
    [InlineData(0, 1f, 0.5f, new[] { 4.0 / 9, 3.0 / 9, 2.0 / 9, 0 })]
    [InlineData(3, 0.5f, 0f, new[] { 4.0 / 7, 3.0 / 7, 0, 0 })]
    [InlineData(4, 0.95f, 0.6f, new[] { 4.0 / 7, 3.0 / 7, 0, 0 })]
    public void Tokens_are_drawn_as_often_as_they_should(int topK, float topP, float minP, double[] expected)
    {
        const int Draws = 20_000;
        var counts = new int[4];
        var sampler = new Sampler(new SamplingSettings(1, topK, topP, minP, 1, 0, 0), 4, 5);
        for (int i = 0; i < Draws; i++)
        {
            counts[sampler.Next((float[])FourTokens.Clone())]++;
        }

        for (int id = 0; id < 4; id++)
        {
            double allowed = 5 * Math.Sqrt(Draws * expected[id] * (1 - expected[id]));
            Assert.InRange(counts[id], (Draws * expected[id]) - allowed, (Draws * expected[id]) + allowed);
        }
    }

    [Fact]
    public void A_high_presence_penalty_never_repeats_a_token()
    {
        var sampler = new Sampler(SamplingSettings.Greedy with { PresencePenalty = 100 }, 4, 0);
        Assert.Equal([0, 1, 2, 3], Enumerable.Range(0, 4).Select(_ => sampler.Next((float[])FourTokens.Clone())));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Logits_that_are_no_numbers_are_reported(string kind)
    {
        foreach (float bad in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity })
        {
            var logits = new float[100];
            Array.Fill(logits, bad);
            Assert.Equal(-1, new Sampler(Settings[kind], 100, 0).Next(logits));
        }
    }
}
