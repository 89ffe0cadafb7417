using System.Runtime.InteropServices;

namespace ModelPack.Runtime.Tokenization.Pipeline;

/// <summary>Tokens in the making: ids and, when asked for, what is known of each.</summary>
internal sealed class TokenList
{
    public List<int> Ids { get; } = [];

    public List<TokenDetail> Details { get; } = [];

    /// <summary>Whether <see cref="Details"/> has an entry for each id.</summary>
    public bool Tracks { get; private set; }

    public int Count => Ids.Count;

    public Span<TokenDetail> DetailSpan => CollectionsMarshal.AsSpan(Details);

    public void Reset(bool tracks)
    {
        Tracks = tracks;
        Ids.Clear();
        Details.Clear();
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

    /// <summary>Adds a token that the post-processor or padding puts in.</summary>
    public void AddSpecial(int id, int typeId, bool attended = true)
    {
        Ids.Add(id);
        if (Tracks)
        {
            Details.Add(new TokenDetail(default, typeId, true, attended));
        }
    }

    /// <summary>Appends all of another list.</summary>
    public void Append(TokenList other)
    {
        Ids.AddRange(other.Ids);
        Details.AddRange(other.Details);
    }

    public void SetTypeId(int typeId)
    {
        foreach (ref TokenDetail detail in DetailSpan)
        {
            detail = detail with { TypeId = typeId };
        }
    }
}
