using System.Globalization;

namespace ModelPack.Build;

/// <summary>What a stat says of a path, as text: equal texts mean that nobody edited the content in between.</summary>
internal static class FileStamp
{
    /// <summary>
    /// Size and time of the last write of a file; of a folder, the time when an entry was last added, removed or renamed. A path
    /// without a file or folder has a stamp too.
    /// </summary>
    public static string Of(string path)
    {
        var file = new FileInfo(path);
        long size = file.Exists ? file.Length : -1;
        return size.ToString(CultureInfo.InvariantCulture) + " " + file.LastWriteTimeUtc.Ticks.ToString(CultureInfo.InvariantCulture);
    }
}
