namespace SemanticSearch;

/// <summary>A passage that was found.</summary>
/// <param name="File">Its file, relative to the folder.</param>
/// <param name="Text">The passage.</param>
/// <param name="Similarity">Cosine of its embedding and the question's.</param>
internal sealed record Hit(string File, string Text, float Similarity);
