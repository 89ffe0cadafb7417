namespace ModelPack.LlamaCpp.Native;

/// <summary>libstdc++'s std::string.</summary>
internal unsafe struct StdString
{
    public byte* Start;
    public nuint Length;

    /// <summary>The characters of a short one, else its capacity first.</summary>
    public long Short;
    public long ShortRest;
}
