namespace ModelPack.Packing.Recipes;

/// <summary>What becomes of adapters.</summary>
public enum AdapterMode
{
    /// <summary>One adapter is added to the weights before they are quantized.</summary>
    Merge,

    /// <summary>Each adapter becomes a file beside the graph, and a request chooses one or none.</summary>
    Separate,
}
