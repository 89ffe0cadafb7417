using System.Security.Cryptography;
using ModelPack.Packing.Store;

namespace ModelPack.Tests.Store;

public class PackStoreModelTests
{
    [Fact]
    public async Task Model_is_made_once_and_found_afterwards()
    {
        using var folder = new StoreFolder();
        PackStore store = folder.Open();
        Assert.False(store.TryGetModel(StoreFolder.Key(1), out _));
        StoreResult first = await StoreFolder.AddAsync(store, 1);
        StoreResult second = await folder.Open().GetOrAddModelAsync(StoreFolder.Key(1), "x", (_, _) => throw new InvalidOperationException("made twice"));
        Assert.Equal((false, true, first.Folder), (first.Hit, second.Hit, second.Folder));
        Assert.Equal(StoreFolder.Content(1, 1000), await File.ReadAllBytesAsync(Path.Combine(first.Folder, "model.onnx")));
        StoreEntry entry = Assert.Single(store.Entries());
        Assert.Equal((StoreEntryKind.Model, StoreFolder.Key(1), "model 1", 1000L), (entry.Kind, entry.Key, entry.Name, entry.Bytes));
        Assert.InRange(entry.LastUsed, DateTime.UtcNow.AddMinutes(-5), DateTime.UtcNow.AddMinutes(1));
    }

    [Fact]
    public async Task Published_files_are_read_only_in_all_folders()
    {
        using var folder = new StoreFolder();
        StoreResult result = await folder.Open().GetOrAddModelAsync(StoreFolder.Key(1), "x", (staging, _) =>
        {
            Directory.CreateDirectory(Path.Combine(staging, "sub"));
            File.WriteAllText(Path.Combine(staging, "sub", "file"), "text");
            return Task.CompletedTask;
        });
        Assert.True(File.GetAttributes(Path.Combine(result.Folder, "sub", "file")).HasFlag(FileAttributes.ReadOnly));
    }

    [Fact]
    public async Task Threads_of_one_process_make_a_model_once()
    {
        using var folder = new StoreFolder();
        PackStore store = folder.Open();
        int made = 0;
        int waits = 0;
        StoreResult[] results = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => store.GetOrAddModelAsync(
            StoreFolder.Key(1),
            "x",
            async (staging, token) =>
            {
                Interlocked.Increment(ref made);
                await Task.Delay(150, token);
                await File.WriteAllTextAsync(Path.Combine(staging, "a"), "a", token);
            },
            _ => Interlocked.Increment(ref waits)))));
        Assert.Equal(1, made);
        Assert.Single(results, result => !result.Hit);
        Assert.InRange(waits, 0, 5);
    }

    [Fact]
    public async Task Failed_or_cancelled_creation_publishes_nothing_and_frees_the_key()
    {
        using var folder = new StoreFolder();
        PackStore store = folder.Open();
        await Assert.ThrowsAsync<FormatException>(() => store.GetOrAddModelAsync(StoreFolder.Key(1), "x", (staging, _) =>
        {
            File.WriteAllText(Path.Combine(staging, "half"), "half");
            throw new FormatException();
        }));
        using var cancelled = new CancellationTokenSource();
        await Assert.ThrowsAsync<OperationCanceledException>(() => store.GetOrAddModelAsync(
            StoreFolder.Key(1),
            "x",
            async (staging, _) =>
            {
                await File.WriteAllTextAsync(Path.Combine(staging, "all"), "all", CancellationToken.None);
                await cancelled.CancelAsync();
            },
            cancellation: cancelled.Token));
        await Assert.ThrowsAsync<InvalidOperationException>(() => store.GetOrAddModelAsync(StoreFolder.Key(1), "x", (_, _) => Task.CompletedTask));
        Assert.False(store.TryGetModel(StoreFolder.Key(1), out _));
        Assert.Empty(folder.Leftovers());
        Assert.False((await StoreFolder.AddAsync(store, 1)).Hit);
    }

    [Fact]
    public async Task Waiting_can_be_cancelled()
    {
        using var folder = new StoreFolder();
        PackStore store = folder.Open();
        using var cancelled = new CancellationTokenSource();
        var release = new TaskCompletionSource();
        var started = new TaskCompletionSource();
        Task<StoreResult> first = store.GetOrAddModelAsync(StoreFolder.Key(1), "x", async (staging, token) =>
        {
            started.SetResult();
            await release.Task;
            await File.WriteAllTextAsync(Path.Combine(staging, "a"), "a", token);
        });
        await started.Task;
        string? said = null;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => StoreAdd(sentence =>
        {
            said = sentence;
            cancelled.Cancel();
        }));
        Assert.Contains("x", said, StringComparison.Ordinal);
        release.SetResult();
        Assert.False((await first).Hit);

        Task StoreAdd(Action<string> waiting) => store.GetOrAddModelAsync(StoreFolder.Key(1), "x", (_, _) => Task.CompletedTask, waiting, cancelled.Token);
    }

    [Theory]
    [InlineData("missing")]
    [InlineData("shorter")]
    [InlineData("changed")]
    [InlineData("manifest gone")]
    [InlineData("manifest damaged")]
    [InlineData("manifest of another key")]
    public async Task Damaged_model_is_dropped_with_a_warning_and_made_again(string damage)
    {
        using var folder = new StoreFolder();
        StoreResult made = await AddAndCloseAsync(folder, 1);
        string file = Path.Combine(made.Folder, "model.onnx");
        string manifest = Path.Combine(made.Folder, "..", "entry.json");
        File.SetAttributes(file, FileAttributes.Normal);
        switch (damage)
        {
            case "missing": File.Delete(file); break;
            case "shorter": await File.WriteAllBytesAsync(file, StoreFolder.Content(1, 999)); break;
            case "changed": await File.WriteAllBytesAsync(file, StoreFolder.Content(2, 1000)); break;
            case "manifest gone": File.Delete(manifest); break;
            case "manifest damaged": await File.WriteAllTextAsync(manifest, "{\"version\":1,\"key\""); break;
            default: await File.WriteAllTextAsync(manifest, (await File.ReadAllTextAsync(manifest)).Replace(StoreFolder.Key(1), StoreFolder.Key(2), StringComparison.Ordinal)); break;
        }

        PackStore store = folder.Open();
        StoreResult again = await StoreFolder.AddAsync(store, 1);

        Assert.False(again.Hit);
        StoreWarning warning = Assert.Single(folder.Warnings);
        Assert.Equal("MPK3005", warning.Code);
        Assert.Contains(StoreFolder.Key(1), warning.Message, StringComparison.Ordinal);
        Assert.Equal(StoreFolder.Content(1, 1000), await File.ReadAllBytesAsync(Path.Combine(again.Folder, "model.onnx")));
        Assert.Empty(folder.Leftovers());
    }

    [Fact]
    public async Task Touched_file_with_the_same_content_is_hashed_once_and_kept()
    {
        using var folder = new StoreFolder();
        StoreResult made = await AddAndCloseAsync(folder, 1);
        string file = Path.Combine(made.Folder, "model.onnx");
        DateTime published = File.GetLastWriteTimeUtc(file);
        File.SetLastWriteTimeUtc(file, published.AddHours(1));
        Assert.True(folder.Open().TryGetModel(StoreFolder.Key(1), out _));
        Assert.Equal(published, File.GetLastWriteTimeUtc(file));
        Assert.Empty(folder.Warnings);
    }

    [Fact]
    public async Task Verify_finds_damage_that_size_and_time_hide()
    {
        using var folder = new StoreFolder();
        StoreResult made = await AddAndCloseAsync(folder, 1);
        await AddAndCloseAsync(folder, 2);
        string file = Path.Combine(made.Folder, "model.onnx");
        DateTime published = File.GetLastWriteTimeUtc(file);
        File.SetAttributes(file, FileAttributes.Normal);
        await File.WriteAllBytesAsync(file, StoreFolder.Content(3, 1000));
        File.SetLastWriteTimeUtc(file, published);
        PackStore store = folder.Open();
        var seen = new List<string>();
        StoreEntry damaged = Assert.Single(store.Verify((entry, fault) => seen.Add($"{entry.Name}: {fault is null}")));
        Assert.Equal(StoreFolder.Key(1), damaged.Key);
        Assert.Equal(["model 1: False", "model 2: True"], seen.Order());
        Assert.Equal(StoreFolder.Key(2), Assert.Single(store.Entries()).Key);
    }

    [Fact]
    public async Task Hashes_that_the_creator_knows_are_used()
    {
        using var folder = new StoreFolder();
        byte[] content = StoreFolder.Content(1, 500);
        await folder.Open().GetOrAddModelAsync(StoreFolder.Key(1), "x", async (staging, token) =>
        {
            await File.WriteAllBytesAsync(Path.Combine(staging, "a"), content, token);
            await File.WriteAllBytesAsync(Path.Combine(staging, "b"), content, token);
            return new Dictionary<string, string> { ["a"] = Convert.ToHexStringLower(SHA256.HashData(content)) };
        });
        Assert.Empty(folder.Open().Verify());
    }

    [Theory]
    [InlineData("")]
    [InlineData("short")]
    [InlineData("../../etc/passwd")]
    [InlineData("UPPERCASE-KEY")]
    [InlineData("with space in it")]
    public void Keys_that_are_not_plain_names_are_refused(string key)
    {
        using var folder = new StoreFolder();
        Assert.Throws<ArgumentException>(() => folder.Open().TryGetModel(key, out _));
        Assert.Throws<ArgumentException>(() => folder.Open().WriteTensor(key, [], [], []));
    }

    private static async Task<StoreResult> AddAndCloseAsync(StoreFolder folder, int number)
    {
        using PackStore store = PackStore.Open(folder.Root);
        return await StoreFolder.AddAsync(store, number);
    }
}
