using System.Runtime.InteropServices;

namespace ModelPack.Runtime.Tokenization.Pipeline;

/// <summary>Tokens in the making: ids and, when asked for, what is known of each.</summary>
internal sealed class TokenList
{
    public List<int> Ids { get; } = [];

    public List<TokenDetail> Details { get; } = [];

    /// <summary>The windows that truncation cut off, in order.</summary>
    public List<TokenList> Overflow { get; } = [];

    /// <summary>Whether <see cref="Details"/> has an entry for each id.</summary>
    public bool Tracks { get; private set; }

    /// <summary>The text that the tokens were made from; empty where nothing asks for it.</summary>
    public string Source { get; set; } = "";

    public int Count => Ids.Count;

    public Span<TokenDetail> DetailSpan => CollectionsMarshal.AsSpan(Details);

    public void Reset(bool tracks)
    {
        Tracks = tracks;
        Ids.Clear();
        Details.Clear();
        Overflow.Clear();
        Source = "";
    }

    /// <summary>Adds a token of the text.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="text">The text in work.</param>
    /// <param name="start">First UTF-16 unit of the token in it.</param>
    /// <param name="end">One past the last.</param>
    public void Add(int id, AlignedText text, int start, int end)
    {
        Ids.Add(id);
        if (Tracks)
        {
            (int sourceStart, int sourceEnd) = text.Source(start, end);
            Details.Add(new TokenDetail(new TextRange(sourceStart, sourceEnd), 0, false, true));
        }
    }

    /// <summary>Adds a token that the post-processor puts in.</summary>
    public void AddSpecial(int id, int typeId)
    {
        Ids.Add(id);
        if (Tracks)
        {
            Details.Add(new TokenDetail(default, typeId, true, true));
        }
    }

    /// <summary>Appends the tokens of another list, without its overflow.</summary>
    public void Append(TokenList other)
    {
        Ids.AddRange(other.Ids);
        Details.AddRange(other.Details);
    }

    /// <summary>Appends another list; each window of either side goes with the other side and with each of its windows.</summary>
    public void Join(TokenList other)
    {
        if (Overflow.Count + other.Overflow.Count > 0)
        {
            var joined = new List<TokenList>();
            foreach (TokenList window in Overflow)
            {
                joined.Add(window.With(other));
                joined.AddRange(other.Overflow.Select(window.With));
            }

            joined.AddRange(other.Overflow.Select(With));
            Overflow.Clear();
            Overflow.AddRange(joined);
        }

        Append(other);
    }

    /// <summary>A copy of a part.</summary>
    public TokenList Slice(int start, int count)
    {
        var slice = new TokenList { Tracks = Tracks };
        slice.Ids.AddRange(CollectionsMarshal.AsSpan(Ids).Slice(start, count));
        slice.Details.AddRange(Tracks ? DetailSpan.Slice(start, count) : default);
        return slice;
    }

    /// <summary>Fills up to a number of tokens.</summary>
    public void Pad(int length, int id, int typeId, bool left)
    {
        int count = Math.Max(length - Count, 0);
        Ids.InsertRange(left ? 0 : Count, Enumerable.Repeat(id, count));
        if (Tracks)
        {
            Details.InsertRange(left ? 0 : Details.Count, Enumerable.Repeat(new TokenDetail(default, typeId, true, false), count));
        }
    }

    private TokenList With(TokenList other)
    {
        TokenList both = Slice(0, Count);
        both.Append(other);
        return both;
    }

    public void SetTypeId(int typeId)
    {
        foreach (ref TokenDetail detail in DetailSpan)
        {
            detail = detail with { TypeId = typeId };
        }
    }
}
