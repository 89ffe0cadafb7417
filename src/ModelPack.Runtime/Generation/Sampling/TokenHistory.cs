namespace ModelPack.Runtime.Generation.Sampling;

/// <summary>Which tokens occurred in the prompt and the text so far, and how often each was generated.</summary>
internal sealed class TokenHistory
{
    private readonly bool[] _seen;
    private readonly int[] _counts;
    private readonly int[] _distinct;
    private int _distinctCount;

    /// <summary>An empty history of a vocabulary.</summary>
    public TokenHistory(int vocabularySize)
    {
        _seen = new bool[vocabularySize];
        _counts = new int[vocabularySize];
        _distinct = new int[vocabularySize];
    }

    /// <summary>Each token seen, once, in order of first occurrence.</summary>
    public ReadOnlySpan<int> Distinct => _distinct.AsSpan(0, _distinctCount);

    /// <summary>How often each token id was generated; prompt tokens do not count.</summary>
    public ReadOnlySpan<int> GeneratedCounts => _counts;

    /// <summary>Records tokens of the prompt.</summary>
    public void AddPrompt(ReadOnlySpan<int> ids)
    {
        foreach (int id in ids)
        {
            See(id);
        }
    }

    /// <summary>Records a generated token.</summary>
    public void AddGenerated(int id)
    {
        See(id);
        _counts[id]++;
    }

    private void See(int id)
    {
        if (!_seen[id])
        {
            _seen[id] = true;
            _distinct[_distinctCount++] = id;
        }
    }
}
