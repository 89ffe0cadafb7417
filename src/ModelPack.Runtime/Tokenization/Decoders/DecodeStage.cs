namespace ModelPack.Runtime.Tokenization.Decoders;

/// <summary>
/// One step of decoding, fed token by token: it passes on what is certain and holds back what a later token may change. All text of a
/// token may come in several writes. Decoding at once and streaming are the same stages, so they cannot differ. For one thread at a time.
/// </summary>
internal abstract class DecodeStage
{
    /// <summary>Takes a part of the present token's text.</summary>
    public abstract void Write(ReadOnlySpan<char> text);

    /// <summary>The present token is complete.</summary>
    public abstract void EndToken();

    /// <summary>No token follows. Passes on everything, and makes the stage ready for another text.</summary>
    public abstract void Finish();

    /// <summary>Forgets everything held back.</summary>
    public abstract void Reset();
}
