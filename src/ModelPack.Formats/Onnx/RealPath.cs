namespace ModelPack.Formats.Onnx;

/// <summary>Full paths with every symbolic link on the way replaced by its target.</summary>
internal static class RealPath
{
    private const int MostLinks = 40;

    /// <summary>Resolves a path; parts that do not exist stay as they are.</summary>
    /// <exception cref="IOException">The links go in a circle.</exception>
    public static string Resolve(string path)
    {
        int links = 0;
        string full = Path.GetFullPath(path);
        string resolved = Path.GetPathRoot(full)!;
        var parts = new Stack<string>(Parts(full[resolved.Length..]).Reverse());
        while (parts.TryPop(out string? part))
        {
            if (part == "..")
            {
                resolved = Path.GetDirectoryName(resolved) ?? resolved;
                continue;
            }

            string next = Path.Combine(resolved, part);
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                resolved = next;
                continue;
            }

            if (++links > MostLinks)
            {
                throw new IOException($"Too many symbolic links in {path}");
            }

            string root = Path.IsPathRooted(target) ? Path.GetPathRoot(target)! : string.Empty;
            resolved = root.Length > 0 ? root : resolved;
            foreach (string step in Parts(target[root.Length..]).Reverse())
            {
                parts.Push(step);
            }
        }

        return resolved;
    }

    /// <summary>True when a resolved path lies below a resolved folder.</summary>
    public static bool IsBelow(string path, string folder)
    {
        string relative = Path.GetRelativePath(folder, path);
        return relative != "." && !Path.IsPathRooted(relative) && relative.Split(Path.DirectorySeparatorChar)[0] != "..";
    }

    private static IEnumerable<string> Parts(string path) =>
        path.Split([Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries).Where(part => part != ".");
}
