using System.Numerics;

namespace ModelPack.Runtime.Tokenization.Vocabularies;

/// <summary>Strings by their UTF-16 units, each with a number. One hash table for all edges; immutable once filled.</summary>
internal sealed class UnitTrie
{
    /// <summary>The node of the empty string.</summary>
    public const int Root = 0;

    private Edge[] _edges;
    private int[] _values = [-1];
    private int _nodes = 1;
    private int _shift;

    /// <param name="expectedUnits">About how many units all strings have together.</param>
    public UnitTrie(int expectedUnits)
    {
        _edges = new Edge[BitOperations.RoundUpToPowerOf2((uint)Math.Max(expectedUnits, 16))];
        _shift = 64 - BitOperations.Log2((uint)_edges.Length);
    }

    /// <summary>Adds a string; one that is there already keeps its number.</summary>
    public void Add(ReadOnlySpan<char> text, int value)
    {
        int node = Root;
        foreach (char unit in text)
        {
            int at = Find(node, unit);
            if (_edges[at].Child == 0)
            {
                if (_nodes * 4L > _edges.Length * 3L)
                {
                    Grow();
                    at = Find(node, unit);
                }

                if (_nodes == _values.Length)
                {
                    Array.Resize(ref _values, _nodes * 2);
                }

                _values[_nodes] = -1;
                _edges[at] = new Edge { Parent = node, Unit = unit, Child = _nodes++ };
            }

            node = _edges[at].Child;
        }

        _values[node] = _values[node] < 0 ? value : _values[node];
    }

    /// <summary>The node that a unit leads to, or -1.</summary>
    public int Step(int node, char unit) => _edges[Find(node, unit)].Child is > 0 and int child ? child : -1;

    /// <summary>The number of the string that ends at a node, or -1.</summary>
    public int Value(int node) => _values[node];

    private int Find(int node, char unit)
    {
        int at = (int)(((((ulong)(uint)node << 16) | unit) * 0x9E3779B97F4A7C15) >> _shift);
        while (_edges[at].Child != 0 && (_edges[at].Parent != node || _edges[at].Unit != unit))
        {
            at = (at + 1) & (_edges.Length - 1);
        }

        return at;
    }

    private void Grow()
    {
        Edge[] old = _edges;
        _edges = new Edge[old.Length * 2];
        _shift--;
        foreach (Edge edge in old)
        {
            if (edge.Child != 0)
            {
                _edges[Find(edge.Parent, edge.Unit)] = edge;
            }
        }
    }

    private struct Edge
    {
        public int Parent;
        public char Unit;

        /// <summary>0: the place is free.</summary>
        public int Child;
    }
}
