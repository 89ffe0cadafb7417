namespace ModelPack.Runtime.Sessions;

/// <summary>What a layer keeps of the tokens before a step where it has no keys and values: [1, width, tokens], of one size however long the text.</summary>
/// <param name="Past">The input; zeros at the beginning of a text.</param>
/// <param name="Present">The output.</param>
/// <param name="Width">Channels.</param>
/// <param name="Tokens">Tokens that are kept.</param>
internal sealed record StateSlot(TensorSlot Past, TensorSlot Present, int Width, int Tokens)
{
    /// <summary>Bytes of the state.</summary>
    public long ByteLength => (long)Width * Tokens * Past.ElementSize;
}
