using System.Diagnostics;

namespace ModelPack.Benchmarks.Processes;

/// <summary>A temporary folder that goes away with everything in it, also with the read-only files of stores.</summary>
internal sealed class WorkFolder : IDisposable
{
    public string FullPath { get; } = Directory.CreateTempSubdirectory("modelpack-benchmark-").FullName;

    public string Of(string name) => Path.Combine(FullPath, name);

    /// <summary>Deletes a folder below this one, if it is there.</summary>
    public void Remove(string name)
    {
        string path = Of(name);
        if (Directory.Exists(path))
        {
            if (!OperatingSystem.IsWindows())
            {
                Process.Start("chmod", ["-R", "u+w", path]).WaitForExit();
            }

            Directory.Delete(path, recursive: true);
        }
    }

    public void Dispose() => Remove("");
}
