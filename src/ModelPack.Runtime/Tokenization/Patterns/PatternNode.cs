namespace ModelPack.Runtime.Tokenization.Patterns;

/// <summary>What a pattern means, before it becomes a program.</summary>
internal abstract record PatternNode
{
    /// <summary>Matches without consuming.</summary>
    public static readonly PatternNode Nothing = new SequenceNode([]);
}

/// <summary>One code point of a set.</summary>
internal record SetNode(CodePointSet Set) : PatternNode;

/// <summary>A letter under (?i); <paramref name="Letter"/> is its lower case.</summary>
internal sealed record FoldedNode(CodePointSet Set, int Letter) : SetNode(Set);

/// <summary>Parts one after the other.</summary>
internal sealed record SequenceNode(IReadOnlyList<PatternNode> Parts) : PatternNode;

/// <summary>The first alternative that lets the rest match.</summary>
internal sealed record ChoiceNode(IReadOnlyList<PatternNode> Alternatives) : PatternNode;

/// <summary><paramref name="Maximum"/> is <see cref="int.MaxValue"/> where there is none.</summary>
internal sealed record RepeatNode(PatternNode Body, int Minimum, int Maximum, bool Lazy) : PatternNode;

/// <summary>A group that is not entered again once it has matched.</summary>
internal sealed record AtomicNode(PatternNode Body) : PatternNode;

/// <summary>Lookahead or lookbehind.</summary>
internal sealed record LookNode(PatternNode Body, bool Behind, bool Negative) : PatternNode;

/// <summary>A place in the text.</summary>
internal sealed record PlaceNode(Place Place) : PatternNode;

/// <summary>Places that a pattern can ask for without consuming text.</summary>
internal enum Place
{
    TextStart,
    TextEnd,
    TextEndOrLastLineFeed,
    LineStart,
    LineEnd,
    WordBoundary,
    NoWordBoundary,
}
