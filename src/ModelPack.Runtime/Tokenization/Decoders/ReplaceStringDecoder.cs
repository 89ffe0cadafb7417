namespace ModelPack.Runtime.Tokenization.Decoders;

/// <summary>Replaces a string in each token. One character is replaced as it comes, so that it streams behind Fuse too.</summary>
internal sealed class ReplaceStringDecoder(string literal, string content) : TokenDecoder
{
    public override DecodeStage Start(DecodeStage next) =>
        literal.Length == 1 ? new UnitStage(next, literal[0], content) : new TokenStage(next, literal, content);

    private sealed class UnitStage(DecodeStage next, char literal, string content) : DecodeStage
    {
        public override void Write(ReadOnlySpan<char> text)
        {
            while (text.IndexOf(literal) is >= 0 and int found)
            {
                next.Write(text[..found]);
                next.Write(content);
                text = text[(found + 1)..];
            }

            next.Write(text);
        }

        public override void EndToken() => next.EndToken();

        public override void Finish() => next.Finish();

        public override void Reset() => next.Reset();
    }

    private sealed class TokenStage(DecodeStage next, string literal, string content) : WholeTokenStage(next)
    {
        protected override void Take(ReadOnlySpan<char> token)
        {
            while (literal.Length > 0 && token.IndexOf(literal) is >= 0 and int found)
            {
                Following.Write(token[..found]);
                Following.Write(content);
                token = token[(found + literal.Length)..];
            }

            Pass(token);
        }
    }
}
