using ModelPack.Packing.Store;

namespace ModelPack.Tests.Store;

public class PackStoreTensorTests
{
    private static readonly string Key = StoreFolder.Key(7);

    [Theory]
    [InlineData(0, 0, 0, 0)]
    [InlineData(1, 2, 3, 4)]
    [InlineData(100_003, 3127, 0, 16)]
    [InlineData(4096, 64, 32, 0)]
    public void Sections_survive(int codes, int scales, int zeroPoints, int notes)
    {
        using var folder = new StoreFolder();
        byte[][] written = [.. new[] { codes, scales, zeroPoints, notes }.Select((length, i) => StoreFolder.Content(i, length))];
        folder.Open().WriteTensor(Key, written[0], written[1], written[2], written[3]);
        byte[][] read = [.. written.Select(section => new byte[section.Length])];
        Assert.True(folder.Open().TryReadTensor(Key, read[0], read[1], read[2], read[3]));
        Assert.Equal(written, read);
        StoreEntry entry = Assert.Single(folder.Open().Entries());
        Assert.Equal((StoreEntryKind.Tensor, Key), (entry.Kind, entry.Key));
        Assert.Empty(folder.Leftovers());
    }

    [Fact]
    public void Absent_tensor_is_no_warning()
    {
        using var folder = new StoreFolder();
        Assert.False(folder.Open().TryReadTensor(Key, new byte[1], [], []));
        Assert.Empty(folder.Warnings);
    }

    [Fact]
    public void Every_flipped_bit_is_found_and_the_tensor_dropped()
    {
        using var folder = new StoreFolder();
        PackStore store = folder.Open();
        byte[] codes = StoreFolder.Content(1, 61);
        store.WriteTensor(Key, codes, [1, 2, 3], [4], [5]);
        string path = store.Entries().Single().Path;
        byte[] good = File.ReadAllBytes(path);
        for (int bit = 0; bit < good.Length * 8; bit += 3)
        {
            byte[] bad = [.. good];
            bad[bit / 8] ^= (byte)(1 << (bit % 8));
            File.WriteAllBytes(path, bad);
            Assert.False(store.TryReadTensor(Key, new byte[61], new byte[3], new byte[1], new byte[1]), $"bit {bit}");
            Assert.False(File.Exists(path));
        }

        Assert.All(folder.Warnings, warning => Assert.Equal("MPK3005", warning.Code));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(64)]
    [InlineData(70)]
    [InlineData(1000)]
    public void Tensor_of_another_length_is_dropped(int length)
    {
        using var folder = new StoreFolder();
        PackStore store = folder.Open();
        store.WriteTensor(Key, StoreFolder.Content(1, 20), [], []);
        string path = store.Entries().Single().Path;
        byte[] bytes = File.ReadAllBytes(path);
        Array.Resize(ref bytes, length);
        File.WriteAllBytes(path, bytes);
        Assert.Single(store.Verify());
        Assert.False(File.Exists(path));
    }

    [Fact]
    public void Zeros_that_move_between_sections_are_found()
    {
        using var folder = new StoreFolder();
        PackStore store = folder.Open();
        store.WriteTensor(Key, new byte[32], new byte[64], []);
        Assert.False(store.TryReadTensor(Key, new byte[64], new byte[32], []));
    }

    [Fact]
    public void Writers_and_readers_of_one_key_at_once_see_whole_tensors()
    {
        using var folder = new StoreFolder();
        PackStore store = folder.Open();
        byte[] codes = StoreFolder.Content(1, 200_000);
        store.WriteTensor(Key, codes, [1], []);
        Parallel.For(0, 40, new ParallelOptions { MaxDegreeOfParallelism = 4 }, i =>
        {
            if (i % 2 == 0)
            {
                store.WriteTensor(Key, codes, [1], []);
            }
            else
            {
                byte[] read = new byte[codes.Length];
                Assert.True(store.TryReadTensor(Key, read, new byte[1], []));
                Assert.True(read.AsSpan().SequenceEqual(codes));
            }
        });
        Assert.Empty(folder.Warnings);
        Assert.Empty(folder.Leftovers());
    }
}
