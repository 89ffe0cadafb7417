using System.Diagnostics;
using ModelPack.Packing.Store;

namespace ModelPack.Tests.Store;

public class FullAndReadOnlyStoreTests
{
    private static readonly string Key = StoreFolder.Key(1);

    [SkippableFact]
    public async Task Full_disk_is_an_error_that_leaves_nothing_half_written()
    {
        using var disk = SmallDisk.Mount("size=2m");
        using PackStore store = PackStore.Open(disk.Path);
        await StoreFolder.AddAsync(store, 2, bytes: 200_000);
        var model = await Assert.ThrowsAsync<ModelPackException>(() => StoreFolder.AddAsync(store, 1, bytes: 5_000_000));
        Assert.Equal("MPK3003", model.Code);
        var tensor = Assert.Throws<ModelPackException>(() => store.WriteTensor(Key, new byte[5_000_000], [], []));
        Assert.Equal("MPK3003", tensor.Code);
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(disk.Path, "staging")));
        Assert.Equal(StoreFolder.Key(2), Assert.Single(store.Entries()).Key);
        Assert.True((await StoreFolder.AddAsync(store, 2)).Hit);
        Assert.False((await StoreFolder.AddAsync(store, 1)).Hit);
    }

    [SkippableFact]
    public async Task Disk_without_room_for_a_lock_is_an_error()
    {
        using var disk = SmallDisk.Mount("size=1m,nr_inodes=2");
        using PackStore store = PackStore.Open(Path.Combine(disk.Path, "store"));
        Assert.Equal("MPK3003", (await Assert.ThrowsAsync<ModelPackException>(() => StoreFolder.AddAsync(store, 1))).Code);
    }

    [SkippableFact]
    public async Task Read_only_store_serves_what_it_has_and_says_that_it_cannot_take_more()
    {
        using var disk = SmallDisk.Mount("size=2m");
        using (PackStore writable = PackStore.Open(disk.Path))
        {
            await StoreFolder.AddAsync(writable, 1);
            writable.WriteTensor(StoreFolder.Key(3), [1, 2], [], []);
        }

        disk.MakeReadOnly();
        using PackStore store = PackStore.Open(disk.Path);
        Assert.True(store.TryGetModel(Key, out _));
        Assert.True((await StoreFolder.AddAsync(store, 1)).Hit);
        Assert.True(store.TryReadTensor(StoreFolder.Key(3), new byte[2], [], []));
        Assert.NotEmpty(store.HashFile(typeof(PackStore).Assembly.Location));
        Assert.Equal("MPK3002", (await Assert.ThrowsAsync<ModelPackException>(() => StoreFolder.AddAsync(store, 2))).Code);
        Assert.Equal("MPK3002", Assert.Throws<ModelPackException>(() => store.WriteTensor(StoreFolder.Key(4), [1], [], [])).Code);
    }

    private sealed class SmallDisk : IDisposable
    {
        private SmallDisk(string path) => Path = path;

        public string Path { get; }

        public static SmallDisk Mount(string options)
        {
            Skip.IfNot(OperatingSystem.IsLinux(), "a small disk is made with tmpfs");
            string path = Directory.CreateTempSubdirectory("modelpack-disk-").FullName;
            bool mounted = Run("mount", "-t", "tmpfs", "-o", options, "tmpfs", path);
            if (!mounted)
            {
                Directory.Delete(path);
            }

            Skip.IfNot(mounted, "mounting a small disk is not allowed here");
            return new SmallDisk(path);
        }

        public void MakeReadOnly() => Skip.IfNot(Run("mount", "-o", "remount,ro", Path), "a disk cannot be made read-only here");

        public void Dispose()
        {
            Run("umount", "-l", Path);
            Directory.Delete(Path, recursive: true);
        }

        private static bool Run(string program, params string[] arguments)
        {
            try
            {
                using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
                process.StandardError.ReadToEnd();
                process.WaitForExit();
                return process.ExitCode == 0;
            }
            catch (System.ComponentModel.Win32Exception)
            {
                return false;
            }
        }
    }
}
