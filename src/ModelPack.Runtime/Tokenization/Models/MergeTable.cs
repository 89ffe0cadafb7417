using System.Numerics;

namespace ModelPack.Runtime.Tokenization.Models;

/// <summary>Pairs of token ids that merge: their rank (lower goes first) and the id they become. Immutable once filled.</summary>
internal sealed class MergeTable
{
    private Slot[] _slots;
    private int _shift;
    private int _count;

    public MergeTable(int expected)
    {
        _slots = new Slot[BitOperations.RoundUpToPowerOf2((uint)Math.Max(expected * 3L / 2, 16))];
        _shift = 64 - BitOperations.Log2((uint)_slots.Length);
    }

    /// <summary>Adds a merge; the same pair again takes the later rank.</summary>
    public void Set(int left, int right, int rank, int merged)
    {
        if (_count * 4 > _slots.Length * 3)
        {
            Grow();
        }

        ref Slot slot = ref Find(left, right);
        _count += slot.Used ? 0 : 1;
        slot = new Slot { Left = left, Right = right, Rank = rank, MergedPlusOne = merged + 1 };
    }

    /// <summary>The rank of a pair, or <see cref="int.MaxValue"/> where it does not merge.</summary>
    public int Rank(int left, int right, out int merged)
    {
        ref readonly Slot slot = ref Find(left, right);
        merged = slot.MergedPlusOne - 1;
        return slot.Used ? slot.Rank : int.MaxValue;
    }

    private ref Slot Find(int left, int right)
    {
        Slot[] slots = _slots;
        int at = (int)(((((ulong)(uint)left << 32) | (uint)right) * 0x9E3779B97F4A7C15) >> _shift);
        while (slots[at].Used && (slots[at].Left != left || slots[at].Right != right))
        {
            at = (at + 1) & (slots.Length - 1);
        }

        return ref slots[at];
    }

    private void Grow()
    {
        Slot[] old = _slots;
        _slots = new Slot[old.Length * 2];
        _shift--;
        foreach (Slot slot in old)
        {
            if (slot.Used)
            {
                Find(slot.Left, slot.Right) = slot;
            }
        }
    }

    private struct Slot
    {
        public int Left;
        public int Right;
        public int Rank;
        public int MergedPlusOne;

        public readonly bool Used => MergedPlusOne != 0;
    }
}
