using System.Runtime.InteropServices;
using ModelPack.LlamaCpp.Native;
using static ModelPack.LlamaCpp.Native.GgmlApi;

namespace ModelPack.LlamaCpp;

/// <summary>The header of a GGUF file, read by ggml's own reader, in this process.</summary>
public sealed unsafe class GgmlFile
{
    private const int Text = 8;
    private const int ArrayType = 9;

    // By the type's number in the file; text and arrays are read by themselves.
    private static readonly Func<nint, int, Array>?[] Readers =
    [
        Numbers<byte>, Numbers<sbyte>, Numbers<ushort>, Numbers<short>, Numbers<uint>, Numbers<int>, Numbers<float>, Numbers<bool>, null, null,
        Numbers<ulong>, Numbers<long>, Numbers<double>,
    ];

    private GgmlFile(nint file)
    {
        Version = gguf_get_version(file);
        Alignment = (int)gguf_get_alignment(file);
        Metadata = [.. Enumerable.Range(0, (int)gguf_get_n_kv(file)).Select(i => (String(gguf_get_key(file, i)), gguf_get_kv_type(file, i), Value(file, i)))];
        Tensors = [.. Enumerable.Range(0, (int)gguf_get_n_tensors(file)).Select(i => new GgmlTensorInfo(
            String(gguf_get_tensor_name(file, i)),
            gguf_get_tensor_type(file, i),
            new ReadOnlySpan<long>(gguf_get_tensor_ne(file, i), 4).ToArray(),
            (long)(gguf_get_data_offset(file) + gguf_get_tensor_offset(file, i)),
            (long)gguf_get_tensor_size(file, i)))];
    }

    /// <summary>Version of the file.</summary>
    public uint Version { get; }

    /// <summary>Alignment of tensors.</summary>
    public int Alignment { get; }

    /// <summary>Keys in the order of the file, the number of the value's type (9 for arrays), and the value: a number, bool or string, or an array of them.</summary>
    public IReadOnlyList<(string Key, int Type, object Value)> Metadata { get; }

    /// <summary>Tensors in the order of the file.</summary>
    public IReadOnlyList<GgmlTensorInfo> Tensors { get; }

    /// <summary>Reads a header.</summary>
    /// <exception cref="LlamaCppException">ggml refuses the file; the message is what it logged.</exception>
    public static GgmlFile Read(string path)
    {
        NativeLibraries.Use();
        LogBuffer.TakeProblems();
        nint file = gguf_init_from_file(path, new GgufInitParams { NoAllocation = 1 });
        if (file == 0)
        {
            throw new LlamaCppException(LogBuffer.TakeProblems());
        }

        try
        {
            return new GgmlFile(file);
        }
        finally
        {
            gguf_free(file);
        }
    }

    private static object Value(nint file, int index)
    {
        int type = gguf_get_kv_type(file, index);
        if (type == Text)
        {
            return String(gguf_get_val_str(file, index));
        }

        if (type != ArrayType)
        {
            return Readers[type]!(file, index).GetValue(0)!;
        }

        int element = gguf_get_arr_type(file, index);
        return element == Text
            ? Enumerable.Range(0, (int)gguf_get_arr_n(file, index)).Select(i => String(gguf_get_arr_str(file, index, (nuint)i))).ToArray()
            : Readers[element]!(file, index);
    }

    private static T[] Numbers<T>(nint file, int index)
        where T : unmanaged =>
        gguf_get_kv_type(file, index) == ArrayType
            ? new ReadOnlySpan<T>(gguf_get_arr_data(file, index), (int)gguf_get_arr_n(file, index)).ToArray()
            : [*(T*)gguf_get_val_data(file, index)];

    private static string String(byte* text) => Marshal.PtrToStringUTF8((nint)text)!;
}
