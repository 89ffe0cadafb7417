using ModelPack.Runtime.Tokenization.Loading;

namespace ModelPack.Runtime.Tokenization.Decoders;

/// <summary>Joins pieces that continue a word, puts spaces before the others, and may tidy the spaces before punctuation.</summary>
internal sealed class WordPieceDecoder(string prefix, bool cleanUp) : TokenDecoder
{
    /// <summary>What stands before, and what is written for it; in this order.</summary>
    private static readonly (string Untidy, string Tidy)[] Tidying =
    [
        (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"), (" 'm", "'m"),
        (" do not", " don't"), (" 's", "'s"), (" 've", "'ve"), (" 're", "'re"),
    ];

    public static WordPieceDecoder Read(JsonPart part) =>
        new(part.OptionalText("prefix") ?? "##", part.OptionalFlag("cleanup", true));

    public override DecodeStage Start(DecodeStage next) => new Stage(next, prefix, cleanUp);

    /// <summary>Takes out the spaces that tokenizing put before punctuation and contractions.</summary>
    public static string Tidy(string token)
    {
        foreach ((string untidy, string tidy) in Tidying)
        {
            token = token.Replace(untidy, tidy, StringComparison.Ordinal);
        }

        return token;
    }

    private sealed class Stage(DecodeStage next, string prefix, bool cleanUp) : WholeTokenStage(next)
    {
        private readonly CharBuffer _spaced = new();
        private bool _first = true;

        public override void Finish()
        {
            _first = true;
            base.Finish();
        }

        public override void Reset()
        {
            _first = true;
            base.Reset();
        }

        protected override void Take(ReadOnlySpan<char> token)
        {
            _spaced.Clear();
            if (!_first && !token.StartsWith(prefix))
            {
                _spaced.Append(" ");
            }

            _spaced.Append(_first || !token.StartsWith(prefix) ? token : token[prefix.Length..]);
            _first = false;
            ReadOnlySpan<char> text = _spaced.Text;
            Pass(cleanUp && text.Contains(' ') ? Tidy(text.ToString()) : text);
        }
    }
}
