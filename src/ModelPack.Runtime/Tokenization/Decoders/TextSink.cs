namespace ModelPack.Runtime.Tokenization.Decoders;

/// <summary>The last stage: collects text until it is taken.</summary>
internal sealed class TextSink : DecodeStage
{
    private char[] _text = new char[64];
    private int _length;

    public override void Write(ReadOnlySpan<char> text)
    {
        if (_text.Length - _length < text.Length)
        {
            Array.Resize(ref _text, Math.Max(_text.Length * 2, _length + text.Length));
        }

        text.CopyTo(_text.AsSpan(_length));
        _length += text.Length;
    }

    public override void EndToken()
    {
    }

    public override void Finish()
    {
    }

    public override void Reset() => _length = 0;

    /// <summary>The text since it was last taken.</summary>
    public string Take()
    {
        string text = _length == 0 ? "" : new string(_text, 0, _length);
        _length = 0;
        return text;
    }
}
