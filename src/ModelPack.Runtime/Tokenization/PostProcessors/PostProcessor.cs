using ModelPack.Runtime.Tokenization.Pipeline;

namespace ModelPack.Runtime.Tokenization.PostProcessors;

/// <summary>Puts special tokens around the tokens of one or two texts, and corrects offsets. Immutable, shared by threads.</summary>
internal abstract class PostProcessor
{
    /// <summary>How many special tokens it adds to one text, or to a pair.</summary>
    public virtual int CountAdded(bool pair) => 0;

    public abstract void Process(EncodedParts encoded, bool addSpecialTokens);
}
