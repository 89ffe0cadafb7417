namespace ModelPack.Runtime.Tokenization.Decoders;

/// <summary>"BPEDecoder": a suffix marks the end of a word; it becomes a space, and nothing in the last token, which is why one token is held back.</summary>
internal sealed class SuffixDecoder(string suffix) : TokenDecoder
{
    public override DecodeStage Start(DecodeStage next) => new Stage(next, suffix);

    private sealed class Stage(DecodeStage next, string suffix) : WholeTokenStage(next)
    {
        private readonly CharBuffer _held = new();
        private bool _holds;

        public override void Finish()
        {
            PassHeld("");
            base.Finish();
        }

        public override void Reset()
        {
            _holds = false;
            base.Reset();
        }

        protected override void Take(ReadOnlySpan<char> token)
        {
            PassHeld(" ");
            _held.Clear();
            _held.Append(token);
            _holds = true;
        }

        private void PassHeld(string replacement)
        {
            if (!_holds)
            {
                return;
            }

            ReadOnlySpan<char> token = _held.Text;
            while (suffix.Length > 0 && token.IndexOf(suffix) is >= 0 and int found)
            {
                Following.Write(token[..found]);
                Following.Write(replacement);
                token = token[(found + suffix.Length)..];
            }

            Pass(token);
            _holds = false;
        }
    }
}
