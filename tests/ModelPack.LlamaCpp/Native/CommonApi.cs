using System.Runtime.InteropServices;

namespace ModelPack.LlamaCpp.Native;

/// <summary>What is called of the library that llama.cpp's programs share.</summary>
internal static unsafe partial class CommonApi
{
    [LibraryImport(NativeLibraries.Common, EntryPoint = "_Z19common_imatrix_loadRKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEER14common_imatrix")]
    public static partial byte Load(StdString* path, CommonImatrix* matrix);
}
