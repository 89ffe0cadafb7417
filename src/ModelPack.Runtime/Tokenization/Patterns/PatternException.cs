namespace ModelPack.Runtime.Tokenization.Patterns;

/// <summary>A pattern that cannot be used; the message begins with "the pattern". Becomes a <see cref="ModelPackException"/> where the field is known.</summary>
internal sealed class PatternException(string message) : Exception(message);
