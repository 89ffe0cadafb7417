namespace ModelPack.Runtime.Generation;

/// <summary>
/// Watches a text for stop strings while it arrives in pieces of any size, and lets through only what cannot be part of one.
/// A stop string is found at its last character, whatever the pieces; of several that end there the longest counts.
/// Ordinal comparison of UTF-16 units. Not thread-safe.
/// </summary>
internal sealed class StopMatcher
{
    private readonly string[] _stops;
    private readonly int[][] _fallbacks;
    private readonly int[] _matched;
    private char[] _pending = new char[64];
    private int _pendingCount;

    /// <summary>A matcher of stop strings; none are empty.</summary>
    public StopMatcher(IReadOnlyList<string> stopStrings)
    {
        _stops = [.. stopStrings];
        _fallbacks = Array.ConvertAll(_stops, Fallbacks);
        _matched = new int[_stops.Length];
    }

    /// <summary>The stop string found, or null.</summary>
    public string? Found { get; private set; }

    /// <summary>Takes the next piece of text.</summary>
    /// <returns>The text that may be shown now: perhaps empty, perhaps with characters held back earlier.</returns>
    public string Append(string text)
    {
        if (_stops.Length == 0 || Found is not null)
        {
            return Found is null ? text : "";
        }

        int held = 0;
        for (int i = 0; i < text.Length; i++)
        {
            Push(text[i]);
            held = Advance(text[i]);
            if (Found is not null)
            {
                return Release(Found.Length);
            }
        }

        bool nothingHeldBefore = _pendingCount == text.Length;
        if (held == 0 && nothingHeldBefore)
        {
            _pendingCount = 0;
            return text;
        }

        return text.Length == 0 ? "" : Release(held);
    }

    /// <summary>Ends the text: what was held back turned out not to be a stop string.</summary>
    public string Flush()
    {
        Array.Clear(_matched);
        return Found is null ? Release(0) : "";
    }

    // Knuth, Morris and Pratt (1977), one automaton a stop string; returns the longest prefix of any that may be starting.
    private int Advance(char next)
    {
        int held = 0;
        for (int stop = 0; stop < _stops.Length; stop++)
        {
            string pattern = _stops[stop];
            int matched = _matched[stop];
            while (matched > 0 && pattern[matched] != next)
            {
                matched = _fallbacks[stop][matched - 1];
            }

            matched += pattern[matched] == next ? 1 : 0;
            if (matched == pattern.Length)
            {
                Found = Found is null || Found.Length < pattern.Length ? pattern : Found;
                matched = 0;
            }

            _matched[stop] = matched;
            held = Math.Max(held, matched);
        }

        return held;
    }

    private void Push(char next)
    {
        if (_pendingCount == _pending.Length)
        {
            Array.Resize(ref _pending, _pending.Length * 2);
        }

        _pending[_pendingCount++] = next;
    }

    private string Release(int held)
    {
        string released = new(_pending, 0, _pendingCount - held);
        _pending.AsSpan(_pendingCount - held, held).CopyTo(_pending);
        _pendingCount = held;
        return released;
    }

    private static int[] Fallbacks(string pattern)
    {
        var table = new int[pattern.Length];
        for (int i = 1, matched = 0; i < pattern.Length; i++)
        {
            while (matched > 0 && pattern[matched] != pattern[i])
            {
                matched = table[matched - 1];
            }

            matched += pattern[matched] == pattern[i] ? 1 : 0;
            table[i] = matched;
        }

        return table;
    }
}
