using ModelPack.Runtime.Tokenization.Loading;

namespace ModelPack.Runtime.Tokenization.Decoders;

/// <summary>Takes up to so many copies of one character off the ends of each token.</summary>
internal sealed class StripDecoder(char content, int start, int stop) : TokenDecoder
{
    public static StripDecoder Read(JsonPart part)
    {
        JsonPart content = part.Required("content");
        return content.Text() is [var character]
            ? new StripDecoder(character, part.Required("start").Number(0, int.MaxValue), part.Required("stop").Number(0, int.MaxValue))
            : throw content.Invalid("has to be one character of the first plane");
    }

    public override DecodeStage Start(DecodeStage next) => new Stage(next, content, start, stop);

    private sealed class Stage(DecodeStage next, char content, int start, int stop) : DecodeStage
    {
        private int _cut;
        private int _held;

        public override void Write(ReadOnlySpan<char> text)
        {
            int skip = 0;
            while (_cut < start && skip < text.Length && text[skip] == content)
            {
                skip++;
                _cut++;
            }

            text = text[skip..];
            if (text.IsEmpty)
            {
                return;
            }

            // Copies at the end may be cut off when the token ends; what stands before them is certain.
            _cut = start;
            int certain = stop == 0 ? text.Length : text.TrimEnd(content).Length;
            if (certain > 0)
            {
                PassHeld(_held);
                next.Write(text[..certain]);
            }

            _held += text.Length - certain;
        }

        public override void EndToken()
        {
            PassHeld(Math.Max(_held - stop, 0));
            _held = 0;
            _cut = 0;
            next.EndToken();
        }

        public override void Finish() => next.Finish();

        public override void Reset()
        {
            _held = 0;
            _cut = 0;
            next.Reset();
        }

        private void PassHeld(int count)
        {
            for (int i = 0; i < count; i++)
            {
                next.Write([content]);
            }

            _held -= count;
        }
    }
}
