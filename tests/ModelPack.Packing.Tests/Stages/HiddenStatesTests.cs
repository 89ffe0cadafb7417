using ModelPack.Packing.Stages;

namespace ModelPack.Packing.Tests.Stages;

public sealed class HiddenStatesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("modelpack-states-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(5 * 7 * 4, false)]
    [InlineData((5 * 7 * 4) - 1, true)]
    public void What_was_written_is_read_and_the_budget_decides_where_it_lies(long budget, bool onDisk)
    {
        using var states = new HiddenStates(5, 7, budget, _folder);
        for (int i = 4; i >= 0; i--)
        {
            states.Write(i, [.. Enumerable.Range(0, 7).Select(k => (i * 10f) + k)]);
        }

        Assert.Equal(onDisk, states.IsOnDisk);
        var read = new float[7];
        for (int i = 0; i < 5; i++)
        {
            states.Read(i, read);
            Assert.Equal(Enumerable.Range(0, 7).Select(k => (i * 10f) + k), read);
        }
    }

    [Fact]
    public void The_temporary_file_goes_with_the_states()
    {
        var states = new HiddenStates(3, 5, budget: 0, _folder);
        Assert.Single(Directory.GetFiles(_folder));
        states.Dispose();
        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Fact]
    public void States_larger_than_the_disk_are_refused_at_once()
    {
        var error = Assert.Throws<IOException>(() => new HiddenStates(1 << 30, 1 << 28, budget: 0, _folder));
        Assert.Contains(_folder, error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder));
    }
}
