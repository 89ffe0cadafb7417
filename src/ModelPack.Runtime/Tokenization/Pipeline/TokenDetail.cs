namespace ModelPack.Runtime.Tokenization.Pipeline;

/// <summary>What is known of one token beside its id.</summary>
internal readonly record struct TokenDetail(TextRange Range, int TypeId, bool Special, bool Attended);
