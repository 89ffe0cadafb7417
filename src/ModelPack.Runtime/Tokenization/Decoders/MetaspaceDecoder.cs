using ModelPack.Runtime.Tokenization.PreTokenizers;

namespace ModelPack.Runtime.Tokenization.Decoders;

/// <summary>Writes spaces for Metaspace's marks; those of the first token fall away where a mark was put in front.</summary>
internal sealed class MetaspaceDecoder(MetaspaceOptions options) : TokenDecoder
{
    public override DecodeStage Start(DecodeStage next) => new Stage(next, options);

    private sealed class Stage(DecodeStage next, MetaspaceOptions options) : DecodeStage
    {
        private readonly bool _dropFirst = options.Prepend != PrependScheme.Never;
        private bool _first = true;

        public override void Write(ReadOnlySpan<char> text)
        {
            while (text.IndexOf(options.Replacement) is >= 0 and int found)
            {
                next.Write(text[..found]);
                next.Write(_first && _dropFirst ? "" : " ");
                text = text[(found + options.Replacement.Length)..];
            }

            next.Write(text);
        }

        public override void EndToken()
        {
            _first = false;
            next.EndToken();
        }

        public override void Finish()
        {
            _first = true;
            next.Finish();
        }

        public override void Reset()
        {
            _first = true;
            next.Reset();
        }
    }
}
