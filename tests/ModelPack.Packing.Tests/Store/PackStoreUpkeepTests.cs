using ModelPack.Packing.Store;

namespace ModelPack.Tests.Store;

public class PackStoreUpkeepTests
{
    [Fact]
    public async Task Least_recently_used_goes_first()
    {
        using var folder = new StoreFolder();
        using (PackStore maker = PackStore.Open(folder.Root))
        {
            for (int i = 1; i <= 4; i++)
            {
                await StoreFolder.AddAsync(maker, i);
            }

            maker.WriteTensor(StoreFolder.Key(9), new byte[936], [], []);
        }

        PackStore store = folder.Open();
        int[] fromOldest = [3, 9, 1, 4, 2];
        for (int age = 0; age < fromOldest.Length; age++)
        {
            StoreEntry entry = store.Entries().Single(e => e.Key == StoreFolder.Key(fromOldest[age]));
            string stamp = entry.Kind == StoreEntryKind.Model ? Path.Combine(entry.Path, "entry.json") : entry.Path;
            File.SetLastWriteTimeUtc(stamp, DateTime.UtcNow.AddDays(age - 10));
        }

        Assert.Equal(new StoreCleanup(2, 2000, 0), store.Prune(3500));
        Assert.Equal([2, 4, 1], store.Entries().Select(e => int.Parse(e.Key[4..])));
        Assert.Equal(new StoreCleanup(0, 0, 0), store.Prune(3000));
        Assert.True(store.TryGetModel(StoreFolder.Key(1), out _));
        Assert.Equal(new StoreCleanup(2, 2000, 0), store.Prune(1000));
        Assert.Equal(StoreFolder.Key(1), Assert.Single(store.Entries()).Key);
    }

    [Fact]
    public async Task Model_that_this_process_uses_stays_until_the_store_is_closed()
    {
        using var folder = new StoreFolder();
        PackStore user = folder.Open();
        await StoreFolder.AddAsync(user, 1);
        PackStore other = folder.Open();
        Assert.Equal(new StoreCleanup(0, 0, 1), other.Prune(0));
        user.Dispose();
        Assert.Equal(new StoreCleanup(1, 1000, 0), other.Prune(0));
    }

    [Fact]
    public async Task Model_that_is_used_becomes_the_most_recent()
    {
        using var folder = new StoreFolder();
        using (PackStore maker = PackStore.Open(folder.Root))
        {
            await StoreFolder.AddAsync(maker, 1);
            await StoreFolder.AddAsync(maker, 2);
            foreach (StoreEntry entry in maker.Entries())
            {
                File.SetLastWriteTimeUtc(Path.Combine(entry.Path, "entry.json"), DateTime.UtcNow.AddDays(entry.Key == StoreFolder.Key(1) ? -2 : -1));
            }
        }

        PackStore store = folder.Open();
        Assert.Equal(StoreFolder.Key(2), store.Entries()[0].Key);
        Assert.True(store.TryGetModel(StoreFolder.Key(1), out _));
        Assert.Equal(StoreFolder.Key(1), store.Entries()[0].Key);
    }

    [Fact]
    public async Task Clear_empties_the_store_and_strangers_in_it_are_left_alone()
    {
        using var folder = new StoreFolder();
        using (PackStore maker = PackStore.Open(folder.Root))
        {
            await StoreFolder.AddAsync(maker, 1);
            maker.WriteTensor(StoreFolder.Key(2), [1], [], []);
        }

        string stranger = Path.Combine(folder.Root, "models", "Not A Key");
        Directory.CreateDirectory(stranger);
        PackStore store = folder.Open();
        Assert.Equal(2, store.Clear().Entries);
        Assert.Empty(store.Entries());
        Assert.True(Directory.Exists(stranger));
        Assert.False((await StoreFolder.AddAsync(store, 1)).Hit);
    }

    [Fact]
    public void Store_that_does_not_exist_yet_is_empty_and_stays_unmade()
    {
        using var folder = new StoreFolder();
        PackStore store = folder.Open();
        Assert.Empty(store.Entries());
        Assert.Empty(store.Verify());
        Assert.Equal(new StoreCleanup(0, 0, 0), store.Prune(0));
        Assert.False(store.TryGetModel(StoreFolder.Key(1), out _));
        Assert.False(Directory.Exists(folder.Root));
    }

    [Fact]
    public void Old_unfinished_tensors_are_swept_and_new_ones_left()
    {
        using var folder = new StoreFolder();
        PackStore store = folder.Open();
        store.WriteTensor(StoreFolder.Key(1), [1], [], []);
        string staging = Path.Combine(folder.Root, "staging");
        File.WriteAllBytes(Path.Combine(staging, StoreFolder.Key(2) + ".1-old"), new byte[10]);
        File.SetLastWriteTimeUtc(Path.Combine(staging, StoreFolder.Key(2) + ".1-old"), DateTime.UtcNow.AddHours(-2));
        File.WriteAllBytes(Path.Combine(staging, StoreFolder.Key(3) + ".1-new"), new byte[10]);
        Assert.Equal(10, store.Prune(long.MaxValue).Bytes);
        Assert.EndsWith(".1-new", Assert.Single(folder.Leftovers()), StringComparison.Ordinal);
    }
}
