namespace ModelPack.Runtime.Generation;

/// <summary>
/// A piece of generated text: whole characters, never a part of a stop string. Joined, the pieces are the text. Usually one
/// token, more where characters or possible stop strings span tokens.
/// </summary>
/// <param name="Text">The text; empty at most in the last piece.</param>
/// <param name="Tokens">Tokens generated since the piece before.</param>
/// <param name="Summary">Only with the last piece: how the generation ended and what it took.</param>
public readonly record struct GeneratedPiece(string Text, int Tokens, GenerationSummary? Summary)
{
    /// <summary>The text.</summary>
    public override string ToString() => Text;
}
