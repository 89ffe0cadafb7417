namespace ModelPack.Runtime.Tokenization.Models;

/// <summary>The symbols of one word as a linked list over arrays, and the merging of them. Reused; for one thread at a time.</summary>
internal sealed class SymbolList
{
    /// <summary>Up to here the lowest rank is found by looking at all pairs; beyond, by a heap.</summary>
    private const int ScanLimit = 48;

    private Symbol[] _symbols = new Symbol[64];
    private ulong[] _heap = [];
    private int _heapCount;
    private int _count;

    /// <summary>Symbols looked at and moved, over all words: what merging costs on any machine.</summary>
    public long Steps { get; private set; }

    /// <summary>Index of the first symbol, -1 when there is none.</summary>
    public int First => _count > 0 ? 0 : -1;

    /// <summary>Makes room for a word; each symbol may have up to 4 bytes a UTF-16 unit.</summary>
    public void Reset(int units)
    {
        _count = 0;
        if (_symbols.Length < units)
        {
            _symbols = new Symbol[Math.Max(units, _symbols.Length * 2)];
        }
    }

    public int Id(int at) => _symbols[at].Id;

    /// <summary>First UTF-16 unit of the symbol in the word.</summary>
    public int Start(int at) => _symbols[at].Start;

    /// <summary>One past its last unit.</summary>
    public int End(int at) => _symbols[at].End;

    /// <summary>The symbol behind, or -1.</summary>
    public int Next(int at) => _symbols[at].Next;

    public void Add(int id, int start, int end)
    {
        if (_count == _symbols.Length)
        {
            Array.Resize(ref _symbols, _count * 2);
        }

        if (_count > 0)
        {
            _symbols[_count - 1].Next = _count;
        }

        _symbols[_count] = new Symbol { Id = id, Start = start, End = end, Previous = _count - 1, Next = -1 };
        _count++;
    }

    /// <summary>Merges until no neighbouring pair is in the table.</summary>
    public void Merge(MergeTable merges)
    {
        if (_count <= ScanLimit)
        {
            MergeByScan(merges);
        }
        else
        {
            MergeByHeap(merges);
        }
    }

    private void MergeByScan(MergeTable merges)
    {
        Span<Symbol> symbols = _symbols.AsSpan(0, _count);
        for (int i = 0; i + 1 < symbols.Length; i++)
        {
            symbols[i].Rank = merges.Rank(symbols[i].Id, symbols[i + 1].Id, out symbols[i].Merged);
        }

        while (true)
        {
            int best = -1;
            int bestRank = int.MaxValue;
            Steps += _count;
            for (int at = First; at >= 0 && symbols[at].Next >= 0; at = symbols[at].Next)
            {
                if (symbols[at].Rank < bestRank)
                {
                    best = at;
                    bestRank = symbols[at].Rank;
                }
            }

            if (best < 0)
            {
                return;
            }

            Join(symbols, best, symbols[best].Merged);
            Rerank(symbols, best, merges);
            if (symbols[best].Previous >= 0)
            {
                Rerank(symbols, symbols[best].Previous, merges);
            }
        }
    }

    private static void Rerank(Span<Symbol> symbols, int at, MergeTable merges)
    {
        ref Symbol symbol = ref symbols[at];
        symbol.Rank = symbol.Next >= 0 ? merges.Rank(symbol.Id, symbols[symbol.Next].Id, out symbol.Merged) : int.MaxValue;
    }

    private void MergeByHeap(MergeTable merges)
    {
        _heapCount = 0;
        if (_heap.Length < _count)
        {
            _heap = new ulong[_symbols.Length];
        }

        Span<Symbol> symbols = _symbols.AsSpan(0, _count);
        for (int i = 0; i + 1 < symbols.Length; i++)
        {
            PushPair(symbols, i, merges);
        }

        while (_heapCount > 0)
        {
            ulong top = Pop();
            int at = (int)(uint)top;
            int next = symbols[at].Next;

            // An entry is stale where its pair has changed since: then its rank is another pair's.
            if (symbols[at].Id >= 0 && next >= 0 && merges.Rank(symbols[at].Id, symbols[next].Id, out int merged) == (int)(top >> 32))
            {
                Join(symbols, at, merged);
                PushPair(symbols, at, merges);
                if (symbols[at].Previous >= 0)
                {
                    PushPair(symbols, symbols[at].Previous, merges);
                }
            }
        }
    }

    /// <summary>The symbol takes in the one behind it.</summary>
    private static void Join(Span<Symbol> symbols, int at, int merged)
    {
        ref Symbol left = ref symbols[at];
        ref Symbol right = ref symbols[left.Next];
        left.Id = merged;
        left.End = right.End;
        left.Next = right.Next;
        right.Id = -1;
        if (left.Next >= 0)
        {
            symbols[left.Next].Previous = at;
        }
    }

    private void PushPair(Span<Symbol> symbols, int at, MergeTable merges)
    {
        int next = symbols[at].Next;
        if (next < 0)
        {
            return;
        }

        int rank = merges.Rank(symbols[at].Id, symbols[next].Id, out _);
        if (rank == int.MaxValue)
        {
            return;
        }

        if (_heapCount == _heap.Length)
        {
            Array.Resize(ref _heap, _heapCount * 2);
        }

        ulong key = ((ulong)(uint)rank << 32) | (uint)at;
        int place = _heapCount++;
        Steps++;
        while (place > 0 && _heap[(place - 1) / 2] > key)
        {
            _heap[place] = _heap[(place - 1) / 2];
            place = (place - 1) / 2;
            Steps++;
        }

        _heap[place] = key;
    }

    private ulong Pop()
    {
        ulong top = _heap[0];
        ulong last = _heap[--_heapCount];
        int place = 0;
        while (true)
        {
            int child = (place * 2) + 1;
            if (child >= _heapCount)
            {
                break;
            }

            child += child + 1 < _heapCount && _heap[child + 1] < _heap[child] ? 1 : 0;
            if (_heap[child] >= last)
            {
                break;
            }

            _heap[place] = _heap[child];
            place = child;
            Steps++;
        }

        _heap[place] = last;
        return top;
    }

    private struct Symbol
    {
        /// <summary>-1 once it was taken in by the symbol before it.</summary>
        public int Id;
        public int Start;
        public int End;
        public int Previous;
        public int Next;

        /// <summary>Rank and result of the pair that begins here (merging by scan only).</summary>
        public int Rank;
        public int Merged;
    }
}
