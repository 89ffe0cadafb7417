namespace ModelPack.Runtime.Tokenization.Patterns;

/// <summary>Collects ranges in any order, then makes the set of their union.</summary>
internal sealed class CodePointSetBuilder
{
    private readonly List<(int First, int Last)> _ranges = [];

    /// <summary>Adds the code points from <paramref name="first"/> to <paramref name="last"/>, both included.</summary>
    public CodePointSetBuilder Add(int first, int last)
    {
        if (_ranges.Count > 0 && _ranges[^1].Last == first - 1)
        {
            _ranges[^1] = (_ranges[^1].First, last);
        }
        else
        {
            _ranges.Add((first, last));
        }

        return this;
    }

    public CodePointSetBuilder Add(CodePointSet set)
    {
        for (int i = 0; i < set.Bounds.Length; i += 2)
        {
            Add(set.Bounds[i], set.Bounds[i + 1] - 1);
        }

        return this;
    }

    public CodePointSet Build()
    {
        _ranges.Sort();
        var bounds = new List<int>(_ranges.Count * 2);
        foreach ((int first, int last) in _ranges)
        {
            if (bounds.Count > 0 && first <= bounds[^1])
            {
                bounds[^1] = Math.Max(bounds[^1], last + 1);
            }
            else
            {
                bounds.Add(first);
                bounds.Add(last + 1);
            }
        }

        return CodePointSet.FromBounds([.. bounds]);
    }
}
