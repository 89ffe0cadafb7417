using System.Buffers;
using System.Text;
using ModelPack.Runtime.Tokenization.Pipeline;

namespace ModelPack.Runtime.Tokenization.Decoders;

/// <summary>Turns the characters of GPT-2's alphabet back into bytes and these, over all tokens, into text; what is not UTF-8 becomes U+FFFD.</summary>
internal sealed class ByteLevelDecoder : TokenDecoder
{
    public override DecodeStage Start(DecodeStage next) => new Stage(next);

    private sealed class Stage(DecodeStage next) : DecodeStage
    {
        private readonly CharBuffer _token = new();
        private byte[] _bytes = new byte[64];
        private int _count;

        public override void Write(ReadOnlySpan<char> text) => _token.Append(text);

        public override void EndToken()
        {
            AddBytes(_token.Text);
            _token.Clear();
            PassOn(last: false);
        }

        public override void Finish()
        {
            PassOn(last: true);
            next.EndToken();
            next.Finish();
        }

        public override void Reset()
        {
            _token.Clear();
            _count = 0;
            next.Reset();
        }

        /// <summary>A token with a character outside the alphabet stands for its own text.</summary>
        private void AddBytes(ReadOnlySpan<char> token)
        {
            int before = _count;
            Reserve(token.Length * 3);
            foreach (char character in token)
            {
                int value = ByteCharacters.ToByte(character);
                if (value < 0)
                {
                    _count = before + Encoding.UTF8.GetBytes(token, _bytes.AsSpan(before));
                    return;
                }

                _bytes[_count++] = (byte)value;
            }
        }

        /// <summary>Passes on the characters that are complete.</summary>
        private void PassOn(bool last)
        {
            Span<char> units = stackalloc char[2];
            int at = 0;
            while (at < _count)
            {
                OperationStatus status = Rune.DecodeFromUtf8(_bytes.AsSpan(at, _count - at), out Rune rune, out int used);
                if (status == OperationStatus.NeedMoreData && !last)
                {
                    break;
                }

                next.Write(units[..rune.EncodeToUtf16(units)]);
                at += used;
            }

            _bytes.AsSpan(at, _count - at).CopyTo(_bytes);
            _count -= at;
        }

        private void Reserve(int more)
        {
            if (_bytes.Length - _count < more)
            {
                Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _count + more));
            }
        }
    }
}
