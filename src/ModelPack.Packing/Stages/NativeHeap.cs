using System.Runtime.InteropServices;

namespace ModelPack.Packing.Stages;

/// <summary>Settings of the C library's heap, from which ONNX Runtime takes its memory.</summary>
internal static partial class NativeHeap
{
    // malloc.h: M_MMAP_THRESHOLD.
    private const int MmapThreshold = -3;
    private const int LargeBlock = 1 << 18;

    /// <summary>
    /// Makes glibc give every large block back to the system when it is freed. By itself it raises its threshold with every
    /// block freed, keeps the weights of a closed session, and the next session's come on top. Does nothing elsewhere.
    /// </summary>
    public static void ReturnLargeBlocks()
    {
        if (OperatingSystem.IsLinux())
        {
            try
            {
                _ = SetOption(MmapThreshold, LargeBlock);
            }
            catch (Exception e) when (e is EntryPointNotFoundException or DllNotFoundException)
            {
                // musl has no such option, and returns large blocks anyway.
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int SetOption(int option, int value);
}
