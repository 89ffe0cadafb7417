using ModelPack.Packing.Writing.Gguf;

namespace ModelPack.Packing.Tests.Writing.Gguf;

public class NeighbourOrderTests
{
    [Fact]
    public void Rows_that_are_turned_together_become_neighbours() =>
        Assert.Equal([0, 4, 1, 5, 2, 6, 3, 7, 8, 12, 9, 13, 10, 14, 11, 15], Enumerable.Range(0, 16).Select(row => NeighbourOrder.ToPublished(row, 8)));

    [Theory]
    [InlineData(2)]
    [InlineData(6)]
    [InlineData(64)]
    public void The_way_back_is_the_way_there_undone(int headSize) => Assert.All(Enumerable.Range(0, 3 * headSize), row =>
    {
        Assert.Equal(row, NeighbourOrder.FromPublished(NeighbourOrder.ToPublished(row, headSize), headSize));
        Assert.Equal(row, NeighbourOrder.ToPublished(NeighbourOrder.FromPublished(row, headSize), headSize));
    });
}
