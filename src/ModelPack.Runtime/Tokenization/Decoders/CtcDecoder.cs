using ModelPack.Runtime.Tokenization.Loading;

namespace ModelPack.Runtime.Tokenization.Decoders;

/// <summary>For speech models: a token again right after itself counts once, padding falls away, a mark stands for the space between words.</summary>
internal sealed class CtcDecoder(string padding, string wordDelimiter, bool cleanUp) : TokenDecoder
{
    public static CtcDecoder Read(JsonPart part) => new(
        part.OptionalText("pad_token") ?? "<pad>", part.OptionalText("word_delimiter_token") ?? "|", part.OptionalFlag("cleanup", true));

    public override DecodeStage Start(DecodeStage next) => new Stage(next, padding, wordDelimiter, cleanUp);

    private sealed class Stage(DecodeStage next, string padding, string wordDelimiter, bool cleanUp) : WholeTokenStage(next)
    {
        private string? _before;

        public override void Finish()
        {
            _before = null;
            base.Finish();
        }

        public override void Reset()
        {
            _before = null;
            base.Reset();
        }

        protected override void Take(ReadOnlySpan<char> token)
        {
            if (_before is not null && token.SequenceEqual(_before))
            {
                return;
            }

            _before = token.ToString();
            string text = Without(_before, padding, "");
            text = cleanUp ? Without(WordPieceDecoder.Tidy(text), wordDelimiter, " ") : text;
            if (text.Length > 0)
            {
                Pass(text);
            }
        }

        private static string Without(string text, string literal, string replacement) =>
            literal.Length > 0 ? text.Replace(literal, replacement, StringComparison.Ordinal) : text;
    }
}
