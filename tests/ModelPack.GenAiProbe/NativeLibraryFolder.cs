using System.Reflection;
using System.Runtime.InteropServices;

namespace ModelPack.GenAiProbe;

/// <summary>Where the native library is loaded from.</summary>
internal static class NativeLibraryFolder
{
    private static string? s_folder;

    /// <summary>Sets the folder, one for a process, before the first native call. It must hold both libraries.</summary>
    public static void Use(string folder)
    {
        if (s_folder == folder)
        {
            return;
        }

        string path = Path.GetFullPath(Path.Combine(folder, "libonnxruntime-genai.so"));
        foreach (string file in (string[])[path, Path.Combine(Path.GetDirectoryName(path)!, "libonnxruntime.so")])
        {
            if (!File.Exists(file))
            {
                throw new GenAiException($"{file} is missing.");
            }
        }

        s_folder = folder;
        NativeLibrary.SetDllImportResolver(Assembly.GetExecutingAssembly(), (name, _, _) => name == Native.Library ? NativeLibrary.Load(path) : 0);
    }
}
