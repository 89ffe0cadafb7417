namespace ModelPack.Runtime.Tokenization.Vocabularies;

/// <summary>Tokens and their ids, both ways. All text lies in one array; immutable, shared by threads.</summary>
internal sealed class Vocabulary
{
    private readonly char[] _text;
    private readonly int[] _starts;
    private readonly int[] _lengths;
    private readonly Slot[] _slots;

    internal Vocabulary(char[] text, int[] starts, int[] lengths, Slot[] slots, int count)
    {
        _text = text;
        _starts = starts;
        _lengths = lengths;
        _slots = slots;
        Count = count;
    }

    /// <summary>Number of tokens.</summary>
    public int Count { get; }

    /// <summary>One more than the largest id.</summary>
    public int Limit => _starts.Length;

    /// <summary>The token of an id; empty where the id is none's.</summary>
    public ReadOnlySpan<char> this[int id] => Contains(id) ? _text.AsSpan(_starts[id], _lengths[id]) : default;

    public bool Contains(int id) => (uint)id < (uint)_lengths.Length && _lengths[id] >= 0;

    public bool TryGetId(ReadOnlySpan<char> token, out int id)
    {
        uint hash = Hash(token);
        int mask = _slots.Length - 1;
        for (int at = (int)hash & mask; _slots[at].IdPlusOne != 0; at = (at + 1) & mask)
        {
            if (_slots[at].Hash == hash)
            {
                id = _slots[at].IdPlusOne - 1;
                if (_text.AsSpan(_starts[id], _lengths[id]).SequenceEqual(token))
                {
                    return true;
                }
            }
        }

        id = -1;
        return false;
    }

    /// <summary>The runtime's randomised hash: no file can be made that collides on purpose.</summary>
    internal static uint Hash(ReadOnlySpan<char> token) => (uint)string.GetHashCode(token);

    /// <summary>One place of the hash table; linear probing, a power of two of places.</summary>
    internal struct Slot
    {
        public uint Hash;
        public int IdPlusOne;
    }
}
