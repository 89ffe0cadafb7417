namespace ModelPack.Runtime.Tokenization.Patterns;

/// <summary>
/// An immutable set of Unicode code points. Stored as an inversion list (the code points where membership changes, ascending)
/// and, once asked, as a bitmap of the first plane.
/// </summary>
internal sealed class CodePointSet
{
    /// <summary>One past the last code point.</summary>
    public const int Limit = 0x110000;

    public static readonly CodePointSet Empty = new([]);
    public static readonly CodePointSet All = new([0, Limit]);

    private readonly int[] _bounds;
    private ulong[]? _firstPlane;

    private CodePointSet(int[] bounds) => _bounds = bounds;

    /// <summary>Where membership changes: [start, end) pairs, ascending.</summary>
    public ReadOnlySpan<int> Bounds => _bounds;

    public bool IsEmpty => _bounds.Length == 0;

    /// <summary>One bit a UTF-16 unit, 1024 words; the bits of surrogates are clear.</summary>
    public ulong[] FirstPlane => _firstPlane ??= MakeFirstPlane();

    public static CodePointSet Of(params ReadOnlySpan<int> codePoints)
    {
        var builder = new CodePointSetBuilder();
        foreach (int codePoint in codePoints)
        {
            builder.Add(codePoint, codePoint);
        }

        return builder.Build();
    }

    /// <summary>The code points from <paramref name="first"/> to <paramref name="last"/>, both included.</summary>
    public static CodePointSet Range(int first, int last) => new([first, last + 1]);

    /// <summary>Takes over an inversion list that is strictly ascending and of even length.</summary>
    public static CodePointSet FromBounds(int[] bounds) => new(bounds);

    public bool Contains(int codePoint)
    {
        if ((uint)codePoint < 0x10000)
        {
            return (FirstPlane[codePoint >> 6] >> (codePoint & 63) & 1) != 0;
        }

        int index = Array.BinarySearch(_bounds, codePoint);
        return ((index >= 0 ? index : ~index - 1) & 1) == 0;
    }

    public CodePointSet Complement()
    {
        int skip = _bounds.Length > 0 && _bounds[0] == 0 ? 1 : 0;
        int drop = _bounds.Length > 0 && _bounds[^1] == Limit ? 1 : 0;
        var result = new List<int>(_bounds.Length + 2);
        if (skip == 0)
        {
            result.Add(0);
        }

        result.AddRange(_bounds.AsSpan(skip, _bounds.Length - skip - drop));
        if (drop == 0)
        {
            result.Add(Limit);
        }

        return new CodePointSet([.. result]);
    }

    public CodePointSet Union(CodePointSet other) => Combine(other, static (a, b) => a || b);

    public CodePointSet Intersect(CodePointSet other) => Combine(other, static (a, b) => a && b);

    public CodePointSet Except(CodePointSet other) => Combine(other, static (a, b) => a && !b);

    public bool Overlaps(CodePointSet other) => !Intersect(other).IsEmpty;

    private CodePointSet Combine(CodePointSet other, Func<bool, bool, bool> keep)
    {
        var result = new List<int>(_bounds.Length + other._bounds.Length);
        int i = 0, j = 0;
        bool inside = false;
        while (i < _bounds.Length || j < other._bounds.Length)
        {
            int at = Math.Min(i < _bounds.Length ? _bounds[i] : int.MaxValue, j < other._bounds.Length ? other._bounds[j] : int.MaxValue);
            i += i < _bounds.Length && _bounds[i] == at ? 1 : 0;
            j += j < other._bounds.Length && other._bounds[j] == at ? 1 : 0;
            bool now = keep((i & 1) == 1, (j & 1) == 1);
            if (now != inside)
            {
                result.Add(at);
                inside = now;
            }
        }

        return new CodePointSet([.. result]);
    }

    private ulong[] MakeFirstPlane()
    {
        var words = new ulong[1024];
        for (int i = 0; i < _bounds.Length && _bounds[i] < 0x10000; i += 2)
        {
            int end = Math.Min(_bounds[i + 1], 0x10000);
            for (int at = _bounds[i]; at < end;)
            {
                int bits = Math.Min(64 - (at & 63), end - at);
                words[at >> 6] |= (bits == 64 ? ulong.MaxValue : (1UL << bits) - 1) << (at & 63);
                at += bits;
            }
        }

        Array.Clear(words, 0xD800 >> 6, 0x800 >> 6);
        return words;
    }
}
