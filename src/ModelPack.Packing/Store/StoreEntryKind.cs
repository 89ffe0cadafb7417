namespace ModelPack.Packing.Store;

/// <summary>What an entry of the store is.</summary>
public enum StoreEntryKind
{
    /// <summary>A packed model: a folder.</summary>
    Model,

    /// <summary>What was decided about one weight: a file.</summary>
    Tensor,
}
