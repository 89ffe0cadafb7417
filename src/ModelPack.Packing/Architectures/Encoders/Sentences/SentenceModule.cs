namespace ModelPack.Packing.Architectures.Encoders.Sentences;

/// <summary>One entry of modules.json.</summary>
/// <param name="Kind">Last part of its type: Transformer, Pooling, Dense, Normalize.</param>
/// <param name="Path">Its folder below the model's; empty: the model's own.</param>
internal sealed record SentenceModule(string Kind, string Path);
