namespace ModelPack.Runtime.Tokenization.Decoders;

/// <summary>Makes one token of all.</summary>
internal sealed class FuseDecoder : TokenDecoder
{
    public override DecodeStage Start(DecodeStage next) => new Stage(next);

    private sealed class Stage(DecodeStage next) : DecodeStage
    {
        public override void Write(ReadOnlySpan<char> text) => next.Write(text);

        public override void EndToken()
        {
        }

        public override void Finish()
        {
            next.EndToken();
            next.Finish();
        }

        public override void Reset() => next.Reset();
    }
}
