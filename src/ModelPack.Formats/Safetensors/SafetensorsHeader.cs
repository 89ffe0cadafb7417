namespace ModelPack.Formats.Safetensors;

/// <summary>A header that has passed every check: the entries cover the data of the file exactly, without gap or overlap.</summary>
/// <param name="Entries">Tensors in the order of the header.</param>
/// <param name="Metadata">The free text pairs of <c>__metadata__</c>.</param>
/// <param name="DataStart">Offset of the data in the file.</param>
internal sealed record SafetensorsHeader(IReadOnlyList<SafetensorsEntry> Entries, IReadOnlyDictionary<string, string> Metadata, long DataStart)
{
    /// <summary>Bytes of the length field in front of the header.</summary>
    public const int PrefixLength = 8;

    /// <summary>The limit of the safetensors library itself.</summary>
    public const int MaxHeaderLength = 100_000_000;
}
