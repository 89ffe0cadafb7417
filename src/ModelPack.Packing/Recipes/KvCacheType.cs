namespace ModelPack.Packing.Recipes;

/// <summary>How the keys and values of past tokens are kept while generating.</summary>
public enum KvCacheType
{
    /// <summary>In the type of the activations.</summary>
    Float,

    /// <summary>In 8 bits.</summary>
    Int8,
}
