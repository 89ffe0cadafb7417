namespace ModelPack.LlamaCpp;

/// <summary>
/// Where the libraries are: the folder that <c>MODELPACK_LLAMA_CPP</c> names, else the one that build/llama-cpp.sh fills.
/// </summary>
public static class LlamaCppFolder
{
    /// <summary>The version of npm package @node-llama-cpp/linux-x64 whose binary interface is known here.</summary>
    public const string Version = "3.22.1";

    /// <summary>Why <see cref="Find"/> found nothing, as a reason to skip a test.</summary>
    public static string Missing => $"llama.cpp's libraries are not in {Expected}; run build/llama-cpp.sh";

    private static string Expected
    {
        get
        {
            if (Environment.GetEnvironmentVariable("MODELPACK_LLAMA_CPP") is { Length: > 0 } set)
            {
                return Path.GetFullPath(set);
            }

            string cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } home
                ? home
                : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
            return Path.Combine(cache, "modelpack", "llama-cpp-" + Version);
        }
    }

    /// <summary>The folder with the libraries, or null where they are absent.</summary>
    public static string? Find() => File.Exists(Path.Combine(Expected, Native.NativeLibraries.File(Native.NativeLibraries.Llama))) ? Expected : null;
}
