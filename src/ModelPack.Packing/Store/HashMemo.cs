using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ModelPack.Packing.Store;

/// <summary>
/// Remembers the hash of a file by path, size, and times of its last write and its creation. A file that was written less than
/// two seconds before it was hashed is not remembered: a second write could leave the same times (file systems count in
/// steps of up to two seconds).
/// </summary>
internal sealed class HashMemo(StoreLayout layout)
{
    private static readonly TimeSpan CoarsestClock = TimeSpan.FromSeconds(2);

    public string Hash(string path, CancellationToken cancellation)
    {
        string full = Path.GetFullPath(path);
        string memo = MemoPath(full);
        Stamp stamp = StampOf(full);
        if (TryRead(memo, stamp) is { } known)
        {
            return known;
        }

        DateTime start = DateTime.UtcNow;
        string hash = HashFile(full, cancellation);
        if (StampOf(full) != stamp)
        {
            throw new ModelPackException(StoreErrors.SourceChanged, $"{full}: the file changed while it was read; let whatever writes it finish, then run again.");
        }

        if (start - new DateTime(stamp.Modified, DateTimeKind.Utc) > CoarsestClock)
        {
            Write(memo, stamp, hash);
        }

        return hash;
    }

    private static string HashFile(string path, CancellationToken cancellation)
    {
        try
        {
            return FileHasher.Hash(path, cancellation);
        }
        catch (Exception e) when (StoreFault.IsFileSystem(e))
        {
            throw Unreadable(path, e);
        }
    }

    private static Stamp StampOf(string path)
    {
        try
        {
            string target = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
            var info = new FileInfo(target);
            return new Stamp(info.Length, info.LastWriteTimeUtc.Ticks, info.CreationTimeUtc.Ticks);
        }
        catch (Exception e) when (StoreFault.IsFileSystem(e))
        {
            throw Unreadable(path, e);
        }
    }

    private static ModelPackException Unreadable(string path, Exception e) =>
        new(StoreErrors.SourceUnreadable, $"{path}: the file cannot be read ({e.Message.TrimEnd('.')}); check that it is there and that you may read it.", e);

    private static string? TryRead(string memo, Stamp stamp)
    {
        try
        {
            string text = File.ReadAllText(memo);
            string prefix = stamp.Text;
            return text.Length == prefix.Length + 64 && text.StartsWith(prefix, StringComparison.Ordinal) ? text[prefix.Length..] : null;
        }
        catch (Exception e) when (StoreFault.IsFileSystem(e))
        {
            return null;
        }
    }

    private static void Write(string memo, Stamp stamp, string hash)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(memo)!);
            string temporary = $"{memo}.{Guid.NewGuid():N}";
            File.WriteAllText(temporary, stamp.Text + hash);
            File.Move(temporary, memo, overwrite: true);
        }
        catch (Exception e) when (StoreFault.IsFileSystem(e))
        {
            // Without the memo the file is hashed again next time.
        }
    }

    private string MemoPath(string path)
    {
        string name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(path)));
        return Path.Combine(layout.Hashes, name[..2], name);
    }

    private readonly record struct Stamp(long Bytes, long Modified, long Created)
    {
        public string Text => string.Create(CultureInfo.InvariantCulture, $"1 {Bytes} {Modified} {Created} ");
    }
}
