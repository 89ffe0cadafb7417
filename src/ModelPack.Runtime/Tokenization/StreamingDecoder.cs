using ModelPack.Runtime.Tokenization.Decoders;

namespace ModelPack.Runtime.Tokenization;

/// <summary>
/// Decodes ids one by one. Hands out text as soon as no later id can change it: never half a character, and all pieces together with
/// <see cref="Flush"/>'s are exactly what <see cref="Tokenizer.Decode"/> gives. Allocates nothing but the pieces. For one thread at a time.
/// </summary>
public sealed class StreamingDecoder
{
    private readonly Tokenizer _tokenizer;
    private readonly bool _skipSpecialTokens;
    private readonly TextSink _sink = new();
    private readonly DecodeStage _stage;

    internal StreamingDecoder(Tokenizer tokenizer, bool skipSpecialTokens)
    {
        _tokenizer = tokenizer;
        _skipSpecialTokens = skipSpecialTokens;
        _stage = tokenizer.StartDecoding(_sink);
    }

    /// <summary>Takes the next id.</summary>
    /// <returns>The text that became certain; empty while a character is incomplete, and for tokens that are left out.</returns>
    public string Append(int id)
    {
        _tokenizer.Feed(_stage, id, _skipSpecialTokens);
        return _sink.Take();
    }

    /// <summary>Ends the text.</summary>
    /// <returns>What was held back, with U+FFFD for an incomplete character. The decoder is ready for another text.</returns>
    public string Flush()
    {
        _stage.Finish();
        return _sink.Take();
    }

    /// <summary>Forgets what is held back, and is ready for another text.</summary>
    public void Reset() => _stage.Reset();
}
