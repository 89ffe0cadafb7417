namespace ModelPack.Runtime.Tokenization.Decoders;

/// <summary>For files without a decoder: the tokens with spaces between them.</summary>
internal sealed class SpaceJoiner : TokenDecoder
{
    public override DecodeStage Start(DecodeStage next) => new Stage(next);

    private sealed class Stage(DecodeStage next) : DecodeStage
    {
        private bool _inToken;
        private bool _any;

        public override void Write(ReadOnlySpan<char> text)
        {
            StartToken();
            next.Write(text);
        }

        public override void EndToken()
        {
            StartToken();
            next.EndToken();
            _inToken = false;
        }

        public override void Finish()
        {
            next.Finish();
            _any = _inToken = false;
        }

        public override void Reset()
        {
            _any = _inToken = false;
            next.Reset();
        }

        private void StartToken()
        {
            if (!_inToken && _any)
            {
                next.Write(" ");
            }

            _any = _inToken = true;
        }
    }
}
