using System.Runtime.InteropServices;

namespace ModelPack.Runtime.Sessions;

/// <summary>Asks the NVIDIA driver for devices, before hundreds of megabytes of provider are loaded for none.</summary>
internal static unsafe class CudaDriver
{
    /// <summary>The number of CUDA devices.</summary>
    /// <param name="reason">What was found.</param>
    public static int CountDevices(out string reason)
    {
        string name = OperatingSystem.IsWindows() ? "nvcuda.dll" : "libcuda.so.1";
        if (!NativeLibrary.TryLoad(name, out nint library))
        {
            reason = $"no NVIDIA driver ({name} was not found)";
            return 0;
        }

        if (!NativeLibrary.TryGetExport(library, "cuInit", out nint init) || !NativeLibrary.TryGetExport(library, "cuDeviceGetCount", out nint getCount))
        {
            reason = $"{name} is not the NVIDIA driver";
            return 0;
        }

        int count = 0;
        int error = ((delegate* unmanaged<uint, int>)init)(0);
        error = error == 0 ? ((delegate* unmanaged<int*, int>)getCount)(&count) : error;
        reason = error != 0 ? $"the NVIDIA driver answered with error {error}" : count == 0 ? "the NVIDIA driver has no device" : $"{count} CUDA device(s)";
        return error == 0 ? count : 0;
    }
}
