namespace ModelPack.Packing.Store;

/// <summary>What a clean-up did.</summary>
/// <param name="Entries">Entries removed.</param>
/// <param name="Bytes">Bytes given back, unfinished work of stopped processes included.</param>
/// <param name="Kept">Entries that should have gone but are in use.</param>
public sealed record StoreCleanup(int Entries, long Bytes, int Kept);
