using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace ModelPack.Runtime.Tokenization.Decoders;

/// <summary>
/// Turns runs of tokens such as &lt;0xE2&gt; into text. A run that is not UTF-8 becomes one U+FFFD a byte, all of it: so a run is held back
/// until it ends.
/// </summary>
internal sealed class ByteFallbackDecoder : TokenDecoder
{
    public override DecodeStage Start(DecodeStage next) => new Stage(next);

    private sealed class Stage(DecodeStage next) : WholeTokenStage(next)
    {
        private readonly List<byte> _run = [];
        private char[] _text = new char[64];

        public override void Finish()
        {
            EndRun();
            base.Finish();
        }

        public override void Reset()
        {
            _run.Clear();
            base.Reset();
        }

        protected override void Take(ReadOnlySpan<char> token)
        {
            if (token.Length == 6 && token.StartsWith("<0x") && token[5] == '>'
                && byte.TryParse(token[3..5], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte value))
            {
                _run.Add(value);
                return;
            }

            EndRun();
            Pass(token);
        }

        private void EndRun()
        {
            if (_run.Count == 0)
            {
                return;
            }

            ReadOnlySpan<byte> bytes = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_run);
            if (Utf8.IsValid(bytes))
            {
                if (_text.Length < bytes.Length)
                {
                    _text = new char[bytes.Length * 2];
                }

                Pass(_text.AsSpan(0, Encoding.UTF8.GetChars(bytes, _text)));
            }
            else
            {
                for (int i = 0; i < bytes.Length; i++)
                {
                    Pass("\uFFFD");
                }
            }

            _run.Clear();
        }
    }
}
