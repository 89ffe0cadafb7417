using System.Globalization;

namespace ModelPack.Build;

/// <summary>What a stat says of a path: enough to know that its content was not edited since.</summary>
internal readonly struct FileStamp : IEquatable<FileStamp>
{
    private const long Folder = -1;
    private const long Missing = -2;

    private FileStamp(long size, long ticks)
    {
        Size = size;
        Ticks = ticks;
    }

    /// <summary>Length in bytes; -1 for a folder, -2 for nothing at all.</summary>
    public long Size { get; }

    /// <summary>Time of the last write, UTC, in ticks; of a folder: when an entry was last added, removed or renamed.</summary>
    public long Ticks { get; }

    /// <summary>Looks at a path; never throws for one that does not exist.</summary>
    public static FileStamp Of(string path)
    {
        var file = new FileInfo(path);
        if (file.Exists)
        {
            return new FileStamp(file.Length, file.LastWriteTimeUtc.Ticks);
        }

        var folder = new DirectoryInfo(path);
        return folder.Exists ? new FileStamp(Folder, folder.LastWriteTimeUtc.Ticks) : new FileStamp(Missing, 0);
    }

    /// <summary>Reads what <see cref="ToString"/> wrote; false for anything else.</summary>
    public static bool TryParse(string text, out FileStamp stamp)
    {
        int space = text.IndexOf(' ');
        if (space > 0
            && long.TryParse(text.Substring(0, space), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long size)
            && long.TryParse(text.Substring(space + 1), NumberStyles.None, CultureInfo.InvariantCulture, out long ticks))
        {
            stamp = new FileStamp(size, ticks);
            return true;
        }

        stamp = default;
        return false;
    }

    /// <inheritdoc/>
    public bool Equals(FileStamp other) => Size == other.Size && Ticks == other.Ticks;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is FileStamp other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Size.GetHashCode() ^ Ticks.GetHashCode();

    /// <inheritdoc/>
    public override string ToString() =>
        Size.ToString(CultureInfo.InvariantCulture) + " " + Ticks.ToString(CultureInfo.InvariantCulture);
}
