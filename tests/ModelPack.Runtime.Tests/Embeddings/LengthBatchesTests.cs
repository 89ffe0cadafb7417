using ModelPack.Runtime.Embeddings;

namespace ModelPack.Runtime.Tests.Embeddings;

public class LengthBatchesTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(31)]
    [InlineData(33)]
    [InlineData(1000)]
    public void Every_text_is_in_one_batch_and_no_batch_is_too_large(int count)
    {
        var random = new Random(count);
        int[] lengths = [.. Enumerable.Range(0, count).Select(_ => random.Next(1, 513))];
        IReadOnlyList<int[]> batches = LengthBatches.Group(lengths);
        Assert.Equal(Enumerable.Range(0, count), batches.SelectMany(batch => batch).Order());
        Assert.All(batches, batch =>
        {
            int longest = batch.Max(i => lengths[i]), real = batch.Sum(i => lengths[i]);
            Assert.InRange(batch.Length, 1, LengthBatches.LargestBatch);
            Assert.InRange(batch.Length * longest, 1, LengthBatches.MostTokens);
            Assert.InRange(((batch.Length * longest) - real) * 8, 0, real);
        });
    }

    [Fact]
    public void Texts_of_one_length_stay_in_their_order() => Assert.Equal([[1, 3], [0, 2, 4]], LengthBatches.Group([9, 3, 9, 3, 9]));

    [Fact]
    public void A_text_longer_than_a_batch_is_one_by_itself() => Assert.Equal([[1], [0]], LengthBatches.Group([LengthBatches.MostTokens + 1, 1]));
}
