using ModelPack.Runtime.Generation.Sampling;

namespace ModelPack.Runtime.Tests.Generation.Sampling;

public class NucleusTests
{
    [Theory]
    [InlineData(0.49f, 1)]
    [InlineData(0.5f, 1)]
    [InlineData(0.51f, 2)]
    [InlineData(0.75f, 2)]
    [InlineData(0.99f, 4)]
    [InlineData(1f, 4)]
    [InlineData(0f, 1)]
    public void Top_p_keeps_the_smallest_set_that_reaches_the_share(float share, int kept) =>
        Assert.Equal(kept, TopP.Count([4, 2, 1, 1], 8, share));

    [Theory]
    [InlineData(0f, 4)]
    [InlineData(0.25f, 4)]
    [InlineData(0.26f, 2)]
    [InlineData(0.5f, 2)]
    [InlineData(0.51f, 1)]
    [InlineData(1f, 1)]
    public void Min_p_keeps_tokens_that_have_a_share_of_the_first_ones_probability(float share, int kept) =>
        Assert.Equal(kept, MinP.Count([4, 2, 1, 1], share));

    [Theory]
    [MemberData(nameof(Numbers.Sizes), MemberType = typeof(Numbers))]
    public void Gathering_finds_the_same_nucleus_as_sorting_everything(int count)
    {
        float[] logits = Numbers.Logits(count);
        var weights = new float[count];
        foreach (float share in new[] { 0.05f, 0.5f, 0.9f, 0.95f, 0.999f, 0.999999f, 1f })
        {
            double total = Softmax.Weights(logits, logits.Max(), 1, weights);
            var sorted = new ulong[count];
            TopK.SelectScalar(weights, count, sorted);
            int expected = TopP.Count([.. sorted.Select(Candidate.Value)], total, share);

            var gathered = new ulong[count];
            int written = TopP.Gather(weights, total, share, gathered);
            Array.Sort(gathered, 0, written);
            Assert.True(written >= expected);
            Assert.Equal(sorted[..expected], gathered[..expected]);
        }
    }
}
