namespace ModelPack.Runtime.Tokenization.Decoders;

/// <summary>Turns the texts of tokens back into text. Immutable, shared by threads; the stages that it makes are not.</summary>
internal abstract class TokenDecoder
{
    /// <summary>Makes a stage that passes its result on to another.</summary>
    public abstract DecodeStage Start(DecodeStage next);
}
