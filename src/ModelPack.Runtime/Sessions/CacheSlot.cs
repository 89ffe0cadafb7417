namespace ModelPack.Runtime.Sessions;

/// <summary>The keys, or the values, of one layer: [1, heads, tokens, head size] before and after a step.</summary>
/// <param name="Past">The input.</param>
/// <param name="Present">The output.</param>
/// <param name="Heads">Key-value heads.</param>
/// <param name="HeadSize">Elements a head and token.</param>
internal sealed record CacheSlot(TensorSlot Past, TensorSlot Present, int Heads, int HeadSize)
{
    /// <summary>Bytes of one token.</summary>
    public long BytesPerToken => (long)Heads * HeadSize * Past.ElementSize;
}
