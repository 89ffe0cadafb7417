namespace ModelPack.Runtime.Tokenization.Models;

/// <summary>
/// The tokens of words seen lately. One entry a place, the newer word wins: bounded, and safe for threads without locks, because an entry
/// never changes once it is in its place.
/// </summary>
internal sealed class WordCache
{
    /// <summary>UTF-16 units; longer words seldom come again.</summary>
    public const int LongestWord = 32;

    private const int Places = 1 << 14;

    private readonly Entry?[] _entries = new Entry?[Places];

    /// <summary>The ids of a word, or null.</summary>
    public int[]? Find(ReadOnlySpan<char> word)
    {
        uint hash = Hash(word);
        Entry? entry = Volatile.Read(ref _entries[hash & (Places - 1)]);
        return entry is not null && entry.Hash == hash && word.SequenceEqual(entry.Word) ? entry.Ids : null;
    }

    /// <summary>Remembers the ids from <paramref name="first"/> on as those of the word.</summary>
    public void Add(ReadOnlySpan<char> word, List<int> ids, int first)
    {
        uint hash = Hash(word);
        var entry = new Entry(hash, word.ToString(), [.. System.Runtime.InteropServices.CollectionsMarshal.AsSpan(ids)[first..]]);
        Volatile.Write(ref _entries[hash & (Places - 1)], entry);
    }

    private static uint Hash(ReadOnlySpan<char> word) => (uint)string.GetHashCode(word);

    private sealed record Entry(uint Hash, string Word, int[] Ids);
}
