using System.Runtime.InteropServices;

namespace ModelPack.LlamaCpp.Native;

/// <summary>The entry points of ggml that are called, under their own names.</summary>
internal static unsafe partial class GgmlApi
{
    [LibraryImport(NativeLibraries.Ggml, StringMarshalling = StringMarshalling.Utf8)]
    public static partial void ggml_backend_load_all_from_path(string folder);

    [LibraryImport(NativeLibraries.GgmlBase)]
    public static partial GgmlTypeTraits* ggml_get_type_traits(int type);

    [LibraryImport(NativeLibraries.GgmlBase)]
    public static partial nuint ggml_row_size(int type, long columns);

    [LibraryImport(NativeLibraries.GgmlBase)]
    public static partial nuint ggml_quantize_chunk(int type, float* source, void* destination, long start, long rows, long columns, float* importance);

    [LibraryImport(NativeLibraries.GgmlBase, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint gguf_init_from_file(string path, GgufInitParams parameters);

    [LibraryImport(NativeLibraries.GgmlBase)]
    public static partial void gguf_free(nint context);

    [LibraryImport(NativeLibraries.GgmlBase)]
    public static partial uint gguf_get_version(nint context);

    [LibraryImport(NativeLibraries.GgmlBase)]
    public static partial nuint gguf_get_alignment(nint context);

    [LibraryImport(NativeLibraries.GgmlBase)]
    public static partial nuint gguf_get_data_offset(nint context);

    [LibraryImport(NativeLibraries.GgmlBase)]
    public static partial long gguf_get_n_kv(nint context);

    [LibraryImport(NativeLibraries.GgmlBase)]
    public static partial byte* gguf_get_key(nint context, long index);

    [LibraryImport(NativeLibraries.GgmlBase)]
    public static partial int gguf_get_kv_type(nint context, long index);

    [LibraryImport(NativeLibraries.GgmlBase)]
    public static partial int gguf_get_arr_type(nint context, long index);

    [LibraryImport(NativeLibraries.GgmlBase)]
    public static partial nuint gguf_get_arr_n(nint context, long index);

    [LibraryImport(NativeLibraries.GgmlBase)]
    public static partial void* gguf_get_arr_data(nint context, long index);

    [LibraryImport(NativeLibraries.GgmlBase)]
    public static partial byte* gguf_get_arr_str(nint context, long index, nuint element);

    [LibraryImport(NativeLibraries.GgmlBase)]
    public static partial void* gguf_get_val_data(nint context, long index);

    [LibraryImport(NativeLibraries.GgmlBase)]
    public static partial byte* gguf_get_val_str(nint context, long index);

    [LibraryImport(NativeLibraries.GgmlBase)]
    public static partial long gguf_get_n_tensors(nint context);

    [LibraryImport(NativeLibraries.GgmlBase)]
    public static partial byte* gguf_get_tensor_name(nint context, long index);

    [LibraryImport(NativeLibraries.GgmlBase)]
    public static partial int gguf_get_tensor_type(nint context, long index);

    [LibraryImport(NativeLibraries.GgmlBase)]
    public static partial nuint gguf_get_tensor_offset(nint context, long index);

    [LibraryImport(NativeLibraries.GgmlBase)]
    public static partial nuint gguf_get_tensor_size(nint context, long index);

    [LibraryImport(NativeLibraries.GgmlBase)]
    public static partial long* gguf_get_tensor_ne(nint context, long index);

    /// <summary>gguf_init_params.</summary>
    public struct GgufInitParams
    {
        public byte NoAllocation;
        public nint* Context;
    }
}
