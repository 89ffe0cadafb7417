using ModelPack.Runtime.Tokenization.Pipeline;

namespace ModelPack.Runtime.Tokenization.PreTokenizers;

/// <summary>Cuts the text into the pieces that the model sees one by one. Immutable, shared by threads.</summary>
internal abstract class PreTokenizer
{
    /// <summary>Whether it asks where in the original text a piece began.</summary>
    public virtual bool NeedsSource => false;

    public abstract void Apply(Workspace workspace);
}
