namespace ModelPack.Packing.Recipes;

/// <summary>Where a weight stands in the model, as far as the settings distinguish it.</summary>
public enum WeightPlace
{
    /// <summary>A linear layer: Bits.</summary>
    Linear,

    /// <summary>The output head: HeadBits.</summary>
    Head,

    /// <summary>The embedding table: EmbeddingBits.</summary>
    Embedding,

    /// <summary>One table that is both: HeadBits or EmbeddingBits, which must agree.</summary>
    TiedTable,
}
