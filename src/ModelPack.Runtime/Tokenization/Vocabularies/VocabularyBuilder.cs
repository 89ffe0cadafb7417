using System.Numerics;

namespace ModelPack.Runtime.Tokenization.Vocabularies;

/// <summary>Collects tokens for a <see cref="Vocabulary"/>.</summary>
internal sealed class VocabularyBuilder(int expectedTokens, int expectedUnits)
{
    /// <summary>Unused ids that a file may have before it counts as broken: beyond them the tables would follow the largest id, not the file.</summary>
    private const int GapLimit = 1 << 20;

    private char[] _text = new char[Math.Max(expectedUnits, 16)];
    private int _used;
    private int[] _ids = new int[Math.Max(expectedTokens, 4)];
    private int[] _ends = new int[Math.Max(expectedTokens, 4)];
    private int _count;

    /// <summary>Room for a token of up to <paramref name="units"/> UTF-16 units, to write into before <see cref="Add"/>.</summary>
    public Span<char> Reserve(int units)
    {
        if (_text.Length - _used < units)
        {
            Array.Resize(ref _text, Math.Max(_text.Length * 2, _used + units));
        }

        return _text.AsSpan(_used);
    }

    /// <summary>Adds the token whose <paramref name="units"/> were written into the reserved room.</summary>
    public void Add(int units, int id)
    {
        if (_count == _ids.Length)
        {
            Array.Resize(ref _ids, _count * 2);
            Array.Resize(ref _ends, _count * 2);
        }

        _used += units;
        _ids[_count] = id;
        _ends[_count++] = _used;
    }

    /// <summary>Builds the vocabulary, or says in <paramref name="problem"/> what two entries contradict each other.</summary>
    public Vocabulary? Build(out string problem)
    {
        int limit = 0;
        for (int i = 0; i < _count; i++)
        {
            limit = Math.Max(limit, _ids[i] + 1);
        }

        if (limit < 0 || limit > (4L * _count) + GapLimit)
        {
            problem = $"has {_count} tokens but an id of {(uint)limit - 1}";
            return null;
        }

        var starts = new int[limit];
        var lengths = new int[limit];
        Array.Fill(lengths, -1);
        var slots = new Vocabulary.Slot[BitOperations.RoundUpToPowerOf2((uint)(_count * 2) + 2)];
        int mask = slots.Length - 1;
        int start = 0;
        for (int i = 0; i < _count; i++)
        {
            int id = _ids[i];
            ReadOnlySpan<char> token = _text.AsSpan(start, _ends[i] - start);
            if (lengths[id] >= 0)
            {
                problem = $"gives the id {id} to '{_text.AsSpan(starts[id], lengths[id])}' and to '{token}'";
                return null;
            }

            uint hash = Vocabulary.Hash(token);
            int at = (int)hash & mask;
            while (slots[at].IdPlusOne != 0)
            {
                int other = slots[at].IdPlusOne - 1;
                if (slots[at].Hash == hash && _text.AsSpan(starts[other], lengths[other]).SequenceEqual(token))
                {
                    problem = $"has the token '{token}' twice, with the ids {other} and {id}";
                    return null;
                }

                at = (at + 1) & mask;
            }

            slots[at] = new Vocabulary.Slot { Hash = hash, IdPlusOne = id + 1 };
            starts[id] = start;
            lengths[id] = token.Length;
            start = _ends[i];
        }

        problem = "";
        return new Vocabulary(_text, starts, lengths, slots, _count);
    }
}
