namespace ModelPack.LlamaCpp.Native;

/// <summary>ggml_type_traits.</summary>
internal unsafe struct GgmlTypeTraits
{
    public byte* Name;
    public long BlockElements;
    public long BlockInterleave;
    public nuint BlockBytes;
    public byte IsQuantized;
    public delegate* unmanaged[Cdecl]<void*, float*, long, void> ToFloat;
    public delegate* unmanaged[Cdecl]<float*, void*, long, void> FromFloat;
}
