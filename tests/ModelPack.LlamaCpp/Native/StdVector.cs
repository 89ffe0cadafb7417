namespace ModelPack.LlamaCpp.Native;

/// <summary>libstdc++'s std::vector.</summary>
internal unsafe struct StdVector
{
    public byte* Start;
    public byte* End;
    public byte* Capacity;

    public readonly T[] ToArray<T>()
        where T : unmanaged =>
        new ReadOnlySpan<T>(Start, (int)((End - Start) / sizeof(T))).ToArray();
}
