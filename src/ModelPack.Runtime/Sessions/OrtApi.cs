using System.Runtime.InteropServices;
using System.Text;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace ModelPack.Runtime.Sessions;

/// <summary>
/// The few entry points of the ONNX Runtime C API that a decode step calls for every token. The C# binding offers them too,
/// but allocates a managed object and a copy of the name at each call.
/// </summary>
internal static unsafe partial class OrtApi
{
    // Positions in struct OrtApi (onnxruntime_c_api.h), which only ever grows at its end.
    private const uint TableVersion = 14;
    private const int GetErrorMessage = 2;
    private const int CreateTensorWithDataAsOrtValue = 49;
    private const int ReleaseStatus = 93;
    private const int ReleaseOrtValue = 96;
    private const int BindInputValue = 136;
    private const int BindOutputValue = 137;

    private static readonly void** Table = LoadTable();

    /// <summary>A tensor over memory of the caller, who frees it after the tensor; release it with <see cref="Release"/>.</summary>
    /// <param name="memory">Where <paramref name="data"/> lies.</param>
    /// <param name="data">At least <paramref name="byteLength"/> bytes.</param>
    /// <param name="byteLength">Size of the tensor in bytes.</param>
    /// <param name="dims">Its shape.</param>
    /// <param name="type">Its element type.</param>
    public static nint CreateTensor(OrtMemoryInfo memory, nint data, long byteLength, ReadOnlySpan<long> dims, TensorElementType type)
    {
        nint value;
        fixed (long* shape = dims)
        {
            Check(((delegate* unmanaged<nint, nint, nuint, long*, nuint, int, nint*, nint>)Table[CreateTensorWithDataAsOrtValue])(
                memory.DangerousGetHandle(), data, (nuint)byteLength, shape, (nuint)dims.Length, (int)type, &value));
        }

        return value;
    }

    /// <summary>Frees a tensor, not the memory it describes.</summary>
    public static void Release(nint value) => ((delegate* unmanaged<nint, void>)Table[ReleaseOrtValue])(value);

    /// <summary>Binds (or binds anew) an input; the binding keeps its own reference to the tensor.</summary>
    public static void BindInput(OrtIoBinding binding, ReadOnlySpan<byte> zeroTerminatedName, nint value) =>
        Bind(BindInputValue, binding, zeroTerminatedName, value);

    /// <summary>Binds (or binds anew) an output; the binding keeps its own reference to the tensor.</summary>
    public static void BindOutput(OrtIoBinding binding, ReadOnlySpan<byte> zeroTerminatedName, nint value) =>
        Bind(BindOutputValue, binding, zeroTerminatedName, value);

    /// <summary>The name as the C API wants it.</summary>
    public static byte[] ZeroTerminated(string name) => Encoding.UTF8.GetBytes(name + '\0');

    private static void Bind(int function, OrtIoBinding binding, ReadOnlySpan<byte> name, nint value)
    {
        fixed (byte* text = name)
        {
            Check(((delegate* unmanaged<nint, byte*, nint, nint>)Table[function])(binding.DangerousGetHandle(), text, value));
        }
    }

    private static void Check(nint status)
    {
        if (status != 0)
        {
            nint text = ((delegate* unmanaged<nint, nint>)Table[GetErrorMessage])(status);
            string message = Marshal.PtrToStringUTF8(text) ?? "";
            ((delegate* unmanaged<nint, void>)Table[ReleaseStatus])(status);
            throw new ModelPackException(RuntimeErrors.RunFailed, $"ONNX Runtime refused a tensor of the decode step: {message}");
        }
    }

    private static void** LoadTable()
    {
        void** apiBase = OrtGetApiBase();
        return ((delegate* unmanaged<uint, void**>)apiBase[0])(TableVersion);
    }

    [LibraryImport("onnxruntime")]
    private static partial void** OrtGetApiBase();
}
