namespace ModelPack.Packing.Store;

/// <summary>One entry of the store.</summary>
/// <param name="Kind">Model or tensor.</param>
/// <param name="Key">Its key.</param>
/// <param name="Name">Name of the model; empty for tensors.</param>
/// <param name="Bytes">Bytes of its files.</param>
/// <param name="LastUsed">When it was last read or written, UTC, to about a minute.</param>
/// <param name="Path">Folder or file.</param>
public sealed record StoreEntry(StoreEntryKind Kind, string Key, string Name, long Bytes, DateTime LastUsed, string Path);
