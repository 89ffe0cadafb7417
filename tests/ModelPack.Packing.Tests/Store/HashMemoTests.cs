using System.Security.Cryptography;
using ModelPack.Packing.Store;

namespace ModelPack.Tests.Store;

public class HashMemoTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData((1 << 20) - 1)]
    [InlineData(1 << 20)]
    [InlineData((3 << 20) + 17)]
    public void Hash_is_SHA256_of_the_file(int bytes)
    {
        using var folder = new StoreFolder();
        byte[] content = StoreFolder.Content(5, bytes);
        File.WriteAllBytes(folder.File("a.bin"), content);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(content)), folder.Open().HashFile(folder.File("a.bin")));
    }

    [Fact]
    public void Unchanged_old_file_is_not_read_again()
    {
        using var folder = new StoreFolder();
        string file = OldFile(folder, "first");
        string hash = folder.Open().HashFile(file);

        // Other bytes behind the same size and times show that the memo answers.
        DateTime written = File.GetLastWriteTimeUtc(file);
        File.WriteAllText(file, "other");
        File.SetLastWriteTimeUtc(file, written);
        Assert.Equal(hash, folder.Open().HashFile(file));
    }

    [Fact]
    public void Changed_size_or_time_is_noticed()
    {
        using var folder = new StoreFolder();
        string file = OldFile(folder, "first");
        string hash = folder.Open().HashFile(file);
        File.WriteAllText(file, "other");
        File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddHours(-1).AddTicks(10));
        string second = folder.Open().HashFile(file);
        Assert.NotEqual(hash, second);
        File.WriteAllText(file, "longer");
        File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddHours(-1).AddTicks(10));
        Assert.NotEqual(second, folder.Open().HashFile(file));
    }

    [Fact]
    public void File_that_was_just_written_is_hashed_again()
    {
        using var folder = new StoreFolder();
        string file = folder.File("fresh");
        File.WriteAllText(file, "first");
        DateTime written = File.GetLastWriteTimeUtc(file);
        string hash = folder.Open().HashFile(file);
        File.WriteAllText(file, "other");
        File.SetLastWriteTimeUtc(file, written);
        Assert.NotEqual(hash, folder.Open().HashFile(file));
    }

    [Fact]
    public void Damaged_memo_is_ignored()
    {
        using var folder = new StoreFolder();
        string file = OldFile(folder, "first");
        string hash = folder.Open().HashFile(file);
        string memo = Directory.GetFiles(Path.Combine(folder.Root, "hashes"), "*", SearchOption.AllDirectories).Single();
        File.WriteAllText(memo, File.ReadAllText(memo)[..20]);
        Assert.Equal(hash, folder.Open().HashFile(file));
    }

    [Fact]
    public void Many_files_are_hashed_in_their_order_and_the_missing_one_is_named()
    {
        using var folder = new StoreFolder();
        string[] files = [.. Enumerable.Range(0, 9).Select(i => folder.File($"f{i}"))];
        foreach (string file in files)
        {
            File.WriteAllText(file, file);
        }

        PackStore store = folder.Open();
        Assert.Equal(files.Select(f => store.HashFile(f)), store.HashFiles(files, threads: 3));
        File.Delete(files[4]);
        var error = Assert.Throws<ModelPackException>(() => store.HashFiles(files));
        Assert.Equal("MPK3006", error.Code);
        Assert.StartsWith(files[4], error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Cancelled_hashing_stops()
    {
        using var folder = new StoreFolder();
        File.WriteAllBytes(folder.File("big"), new byte[8 << 20]);
        Assert.Throws<OperationCanceledException>(() => folder.Open().HashFile(folder.File("big"), new CancellationToken(canceled: true)));
    }

    private static string OldFile(StoreFolder folder, string text)
    {
        string file = folder.File("sourcé");
        File.WriteAllText(file, text);
        File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddHours(-1));
        return file;
    }
}
