using ModelPack.Packing.Store;

namespace ModelPack.Tests.Store;

public class PackStoreProcessTests
{
    private static readonly string Key = StoreFolder.Key(1);

    [Fact]
    public async Task Four_processes_at_once_make_a_model_once()
    {
        using var folder = new StoreFolder();
        var probes = Enumerable.Range(0, 4).Select(_ => StoreProbe.Start("add", folder.Root, Key)).ToList();
        var outputs = await Task.WhenAll(probes.Select(probe => probe.FinishAsync()));
        probes.ForEach(probe => probe.Dispose());

        Assert.Single(outputs, output => output.Contains("creating") && output[^1] == "made");
        Assert.Equal(3, outputs.Count(output => !output.Contains("creating") && output[^1] == "hit"));
        Assert.All(outputs, output => Assert.InRange(output.Count(line => line == "waiting"), 0, 1));
        Assert.True(folder.Open().TryGetModel(Key, out string model));
        Assert.Equal("two", await File.ReadAllTextAsync(Path.Combine(model, "second")));
        Assert.Empty(folder.Leftovers());
    }

    [Fact]
    public async Task Second_process_says_once_that_it_waits_and_then_hits()
    {
        using var folder = new StoreFolder();
        using StoreProbe first = StoreProbe.Start("hang", folder.Root, Key);
        await first.ReadUntilAsync("half");
        using StoreProbe second = StoreProbe.Start("add", folder.Root, Key);
        await second.ReadUntilAsync("waiting");
        first.Kill();
        Assert.Equal(["creating", "made"], await second.FinishAsync());
        Assert.Empty(folder.Leftovers());
    }

    [Fact]
    public async Task Killed_process_leaves_nothing_that_is_taken_for_a_model()
    {
        using var folder = new StoreFolder();
        using (StoreProbe killed = StoreProbe.Start("hang", folder.Root, Key))
        {
            await killed.ReadUntilAsync("half");
            killed.Kill();
        }

        Assert.NotEmpty(folder.Leftovers());
        PackStore store = folder.Open();
        Assert.False(store.TryGetModel(Key, out _));
        Assert.Empty(store.Entries());
        StoreResult result = await StoreFolder.AddAsync(store, 1);
        Assert.False(result.Hit);
        Assert.Equal(["model.onnx"], Directory.GetFiles(result.Folder).Select(Path.GetFileName));
        Assert.Empty(folder.Leftovers());
        Assert.Empty(folder.Warnings);
    }

    [Fact]
    public async Task Abandoned_work_of_another_model_is_swept_but_running_work_is_not()
    {
        using var folder = new StoreFolder();
        using StoreProbe running = StoreProbe.Start("hang", folder.Root, StoreFolder.Key(2));
        using (StoreProbe killed = StoreProbe.Start("hang", folder.Root, Key))
        {
            await killed.ReadUntilAsync("half");
            killed.Kill();
        }

        await running.ReadUntilAsync("half");
        StoreCleanup cleanup = folder.Open().Prune(long.MaxValue);
        Assert.Equal(1 << 20, cleanup.Bytes);
        string left = Assert.Single(folder.Leftovers());
        Assert.StartsWith(StoreFolder.Key(2), Path.GetFileName(left), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Process_killed_while_it_writes_tensors_leaves_only_whole_ones()
    {
        using var folder = new StoreFolder();
        using (StoreProbe killed = StoreProbe.Start("tensors", folder.Root))
        {
            for (int i = 0; i < 12; i++)
            {
                await killed.ReadUntilAsync("written");
            }

            killed.Kill();
        }

        PackStore store = folder.Open();
        Assert.Equal(8, store.Entries().Count);
        Assert.Empty(store.Verify());
        byte[] codes = new byte[8 << 20];
        Assert.True(store.TryReadTensor("tensor-0003", codes, new byte[1], []));
        Assert.All(codes.Chunk(1 << 20), chunk => Assert.Equal(codes[0], chunk[^1]));
    }

    [Fact]
    public async Task Model_in_use_by_another_process_is_not_pruned()
    {
        using var folder = new StoreFolder();
        using (PackStore maker = PackStore.Open(folder.Root))
        {
            await StoreFolder.AddAsync(maker, 1);
            await StoreFolder.AddAsync(maker, 2);
        }

        using StoreProbe user = StoreProbe.Start("use", folder.Root, Key);
        await user.ReadUntilAsync("using");
        PackStore store = folder.Open();
        StoreCleanup cleanup = store.Clear();
        Assert.Equal((1, 1), (cleanup.Entries, cleanup.Kept));
        Assert.Equal(Key, Assert.Single(store.Entries()).Key);
        await user.FinishAsync();
        Assert.Equal(1, store.Clear().Entries);
        Assert.Empty(store.Entries());
    }
}
