namespace ModelPack.Runtime.Tokenization.Decoders;

/// <summary>One after the other.</summary>
internal sealed class DecoderSequence(IReadOnlyList<TokenDecoder> parts) : TokenDecoder
{
    public override DecodeStage Start(DecodeStage next)
    {
        for (int i = parts.Count - 1; i >= 0; i--)
        {
            next = parts[i].Start(next);
        }

        return next;
    }
}
