using ModelPack.Runtime.Tokenization.Patterns;

namespace ModelPack.Runtime.Tokenization.Decoders;

/// <summary>Replaces the matches of a pattern in each token.</summary>
internal sealed class ReplaceDecoder(Pattern pattern, string content) : TokenDecoder
{
    public override DecodeStage Start(DecodeStage next) => new Stage(next, pattern, content);

    private sealed class Stage(DecodeStage next, Pattern pattern, string content) : WholeTokenStage(next)
    {
        private readonly PatternMatcher _matcher = new();

        protected override void Take(ReadOnlySpan<char> token)
        {
            _matcher.Begin(pattern, token.Length);
            int done = 0;
            while (_matcher.Next(token, out int start, out int end))
            {
                Following.Write(token[done..start]);
                Following.Write(content);
                done = end;
            }

            Pass(token[done..]);
        }
    }
}
