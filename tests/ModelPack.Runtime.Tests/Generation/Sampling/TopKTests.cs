using ModelPack.Runtime.Generation.Sampling;

namespace ModelPack.Runtime.Tests.Generation.Sampling;

public class TopKTests
{
    [Theory]
    [MemberData(nameof(Numbers.Sizes), MemberType = typeof(Numbers))]
    public void The_heap_keeps_what_sorting_everything_keeps(int count)
    {
        foreach (int k in new[] { 1, 2, 5, 40, 50, count, count + 3 })
        {
            float[] logits = Numbers.Logits(count, k);
            var found = new ulong[count];
            var expected = new ulong[count];
            int kept = TopK.Select(logits, k, found);
            Assert.Equal(TopK.SelectScalar(logits, k, expected), kept);
            Assert.Equal(expected, found);
        }
    }

    [Fact]
    public void Of_equal_logits_the_lower_ids_are_kept()
    {
        var candidates = new ulong[3];
        Assert.Equal(3, TopK.Select(new float[100], 3, candidates));
        Assert.Equal([0, 1, 2], candidates.Select(Candidate.Id));
    }
}
