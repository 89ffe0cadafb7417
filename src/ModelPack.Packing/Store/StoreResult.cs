namespace ModelPack.Packing.Store;

/// <summary>Where a model lies in the store.</summary>
/// <param name="Folder">Its folder. The files are read-only: copy or hard-link them, never change them.</param>
/// <param name="Hit">True when it was there already, or another process made it meanwhile.</param>
public sealed record StoreResult(string Folder, bool Hit);
