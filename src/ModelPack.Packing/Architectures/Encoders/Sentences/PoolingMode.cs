namespace ModelPack.Packing.Architectures.Encoders.Sentences;

/// <summary>How the states of a text's tokens become one vector; several are put side by side in this order.</summary>
internal enum PoolingMode
{
    /// <summary>State of the first token.</summary>
    Cls,

    /// <summary>Largest value of each element.</summary>
    Max,

    /// <summary>Sum by the number of tokens.</summary>
    Mean,

    /// <summary>Sum by the square root of the number of tokens.</summary>
    MeanSqrtLength,

    /// <summary>Sum weighed by 1, 2, 3 and so on.</summary>
    WeightedMean,

    /// <summary>State of the last token.</summary>
    LastToken,
}
