namespace ModelPack.Runtime.Generation;

/// <summary>Looks at the logits after one token.</summary>
/// <param name="index">Index of the token.</param>
/// <param name="logits">One value a token id; valid during the call only.</param>
public delegate void LogitsVisitor(int index, ReadOnlySpan<float> logits);
