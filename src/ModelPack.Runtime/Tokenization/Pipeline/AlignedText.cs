namespace ModelPack.Runtime.Tokenization.Pipeline;

/// <summary>
/// Text on its way through the pipeline and, when asked for, the stretch of the original that each UTF-16 unit came from.
/// Reused from one text to the next; for one thread at a time.
/// </summary>
internal sealed class AlignedText
{
    private char[] _units = new char[256];
    private int[] _starts = [];
    private int[] _ends = [];

    /// <summary>Whether the stretches are kept.</summary>
    public bool Tracks { get; private set; }

    /// <summary>UTF-16 units.</summary>
    public int Length { get; private set; }

    public ReadOnlySpan<char> Units => _units.AsSpan(0, Length);

    /// <summary>The units from <paramref name="start"/> on, to be changed one for one.</summary>
    public Span<char> Writable(int start) => _units.AsSpan(start, Length - start);

    public void Reset(bool tracks)
    {
        Tracks = tracks;
        Length = 0;
    }

    /// <summary>Appends a stretch of the original text, each code point aligned to itself.</summary>
    /// <param name="text">The stretch.</param>
    /// <param name="offset">Where it begins in the original.</param>
    public void AppendOriginal(ReadOnlySpan<char> text, int offset)
    {
        int from = Length;
        Grow(text.Length);
        text.CopyTo(_units.AsSpan(from));
        for (int i = 0; Tracks && i < text.Length; i++)
        {
            bool high = i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]);
            bool low = i > 0 && char.IsSurrogatePair(text[i - 1], text[i]);
            _starts[from + i] = offset + i - (low ? 1 : 0);
            _ends[from + i] = offset + i + (high ? 2 : 1);
        }
    }

    /// <summary>Appends units of another text with what they are aligned to.</summary>
    public void AppendFrom(AlignedText source, int start, int count)
    {
        int from = Length;
        Grow(count);
        source._units.AsSpan(start, count).CopyTo(_units.AsSpan(from));
        if (Tracks)
        {
            source._starts.AsSpan(start, count).CopyTo(_starts.AsSpan(from));
            source._ends.AsSpan(start, count).CopyTo(_ends.AsSpan(from));
        }
    }

    /// <summary>Appends new units, all aligned to what the units [<paramref name="start"/>, <paramref name="end"/>) of another text are aligned to.</summary>
    public void AppendAs(ReadOnlySpan<char> units, AlignedText source, int start, int end)
    {
        units.CopyTo(AppendAs(units.Length, source, start, end));
    }

    /// <summary>As the other overload; the caller writes the units.</summary>
    public Span<char> AppendAs(int count, AlignedText source, int start, int end)
    {
        int from = Length;
        Grow(count);
        if (Tracks)
        {
            (int sourceStart, int sourceEnd) = source.Source(start, end);
            _starts.AsSpan(from, count).Fill(sourceStart);
            _ends.AsSpan(from, count).Fill(sourceEnd);
        }

        return _units.AsSpan(from, count);
    }

    /// <summary>The stretch of the original that units [<paramref name="start"/>, <paramref name="end"/>) came from; only while tracking.</summary>
    public (int Start, int End) Source(int start, int end)
    {
        if (start < end)
        {
            return (_starts[start], _ends[end - 1]);
        }

        int at = start > 0 ? _ends[start - 1] : Length > 0 ? _starts[0] : 0;
        return (at, at);
    }

    private void Grow(int count)
    {
        int needed = checked(Length + count);
        if (_units.Length < needed)
        {
            Array.Resize(ref _units, Math.Max(needed, _units.Length * 2));
        }

        if (Tracks && _starts.Length < _units.Length)
        {
            Array.Resize(ref _starts, _units.Length);
            Array.Resize(ref _ends, _units.Length);
        }

        Length = needed;
    }
}
