namespace ModelPack.Runtime.Tokenization.Decoders;

/// <summary>Text that a stage holds back.</summary>
internal sealed class CharBuffer
{
    private char[] _text = new char[32];

    public int Length { get; private set; }

    public ReadOnlySpan<char> Text => _text.AsSpan(0, Length);

    public void Append(ReadOnlySpan<char> text)
    {
        if (_text.Length - Length < text.Length)
        {
            Array.Resize(ref _text, Math.Max(_text.Length * 2, Length + text.Length));
        }

        text.CopyTo(_text.AsSpan(Length));
        Length += text.Length;
    }

    /// <summary>Drops the first units.</summary>
    public void RemoveStart(int count)
    {
        _text.AsSpan(count, Length - count).CopyTo(_text);
        Length -= count;
    }

    public void Clear() => Length = 0;
}
