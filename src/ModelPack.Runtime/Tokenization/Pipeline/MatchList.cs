using System.Runtime.InteropServices;

namespace ModelPack.Runtime.Tokenization.Pipeline;

/// <summary>What a splitting pre-tokenizer found in one piece: the matches and the stretches between them, in order.</summary>
internal sealed class MatchList
{
    private readonly List<Stretch> _stretches = [];
    private int _covered;

    public ReadOnlySpan<Stretch> Stretches => CollectionsMarshal.AsSpan(_stretches);

    public void Reset()
    {
        _stretches.Clear();
        _covered = 0;
    }

    /// <summary>Adds a match, behind all before it.</summary>
    public void Add(int start, int end)
    {
        if (start > _covered)
        {
            _stretches.Add(new Stretch(_covered, start, false));
        }

        _stretches.Add(new Stretch(start, end, true));
        _covered = end;
    }

    /// <summary>Adds what is left behind the last match.</summary>
    public void Finish(int length)
    {
        if (length > _covered)
        {
            _stretches.Add(new Stretch(_covered, length, false));
        }
    }
}

/// <summary>A stretch of a piece, relative to it.</summary>
internal readonly record struct Stretch(int Start, int End, bool IsMatch);
