namespace ModelPack.Packing.Architectures.Rope;

/// <summary>
/// How queries and keys are rotated: at position p, pair i (elements i and i + Dimension / 2 of a head, or 2i and 2i + 1)
/// turns by p * InverseFrequencies[i], and the result is multiplied by AttentionFactor. Immutable.
/// </summary>
internal sealed record RopeParameters
{
    /// <summary>Elements of a head that are rotated, from the first on; even.</summary>
    public int Dimension => InverseFrequencies.Length * 2;

    /// <summary>Radians a position, for each pair; rounded to float32 as the reference implementations do.</summary>
    public required float[] InverseFrequencies { get; init; }

    /// <summary>Factor on cos and sin (yarn, longrope); 1 otherwise.</summary>
    public float AttentionFactor { get; init; } = 1;

    /// <summary>Longest sequence that the parameters are made for, in tokens.</summary>
    public required int ContextLength { get; init; }

    /// <summary>Pairs are neighbours instead of halves.</summary>
    public bool Interleaved { get; init; }

    /// <summary>rope_type as the configuration names it: default, linear, dynamic, llama3, yarn.</summary>
    public string Kind { get; init; } = "default";

    /// <summary>What the parameters were computed from.</summary>
    public RopeSettings? Settings { get; init; }

    /// <summary>Base that gives the frequencies by itself, where it is another one than the configuration's.</summary>
    public double? Base { get; init; }

    /// <summary>Set when the frequencies depend on the length of the sequence.</summary>
    public DynamicFrequencies? Dynamic { get; init; }

    /// <summary>Set when long sequences have frequencies of their own.</summary>
    public LongFrequencies? Long { get; init; }

    /// <summary>Set when queries grow with their position.</summary>
    public QueryGrowth? Growth { get; init; }
}
