namespace ModelPack.Packing.Planning.Gguf;

/// <summary>The tensors that llama.cpp's mixtures tell apart.</summary>
internal enum TensorKind
{
    /// <summary>All that is none of the others: queries, keys, gates.</summary>
    Other,

    /// <summary>Values of the attention.</summary>
    Value,

    /// <summary>Output of the attention.</summary>
    AttentionOutput,

    /// <summary>Narrowing projection of the feed-forward network.</summary>
    Down,

    /// <summary>Embedding table of a model with a head of its own.</summary>
    Embedding,

    /// <summary>Output head, or the one table of a tied model.</summary>
    Output,
}
