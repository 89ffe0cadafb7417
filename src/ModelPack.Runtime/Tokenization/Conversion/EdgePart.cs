namespace ModelPack.Runtime.Tokenization.Conversion;

/// <summary>A part of a layout.</summary>
/// <param name="Token">The special token, or null for a text.</param>
/// <param name="Second">Whether the text is the second one.</param>
/// <param name="Type">Type of its tokens.</param>
internal readonly record struct EdgePart(string? Token, bool Second, int Type);
