using ModelPack.Runtime.Generation.Sampling;

namespace ModelPack.Runtime.Tests.Generation.Sampling;

public class GreedyTests
{
    [Theory]
    [MemberData(nameof(Numbers.Sizes), MemberType = typeof(Numbers))]
    public void The_vectorised_search_finds_what_the_plain_one_finds(int count)
    {
        for (int offset = 0; offset < 20; offset++)
        {
            float[] logits = Numbers.Logits(count, offset * 31);
            Assert.Equal(Greedy.IndexOfMaxScalar(logits), Greedy.IndexOfMax(logits));
            Assert.Equal(logits.Max(), logits[Greedy.IndexOfMax(logits)]);
        }
    }

    [Theory]
    [InlineData(40, 3, 29)]
    [InlineData(40, 16, 17)]
    [InlineData(16, 14, 15)]
    public void Of_equal_logits_the_lowest_id_wins(int count, int first, int second)
    {
        var logits = new float[count];
        logits[first] = logits[second] = 5;
        Assert.Equal(first, Greedy.IndexOfMax(logits));
    }

    [Fact]
    public void A_NaN_never_wins()
    {
        float[] logits = Numbers.Logits(50);
        int best = Greedy.IndexOfMax(logits);
        logits[(best + 1) % 50] = float.NaN;
        logits[49] = float.NaN;
        logits[0] = float.NaN;
        Assert.Equal(best, Greedy.IndexOfMax(logits));
    }
}
