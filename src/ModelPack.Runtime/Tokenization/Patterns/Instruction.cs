namespace ModelPack.Runtime.Tokenization.Patterns;

/// <summary>One step of a compiled pattern.</summary>
internal struct Instruction
{
    public Operation Operation;

    /// <summary>Jump target, minimum count, or <see cref="Patterns.Place"/>.</summary>
    public int First;

    /// <summary>Maximum count, or length of a lookbehind in code points.</summary>
    public int Second;

    /// <summary>The code points of <see cref="Operation.One"/> and the loops.</summary>
    public CodePointSet? Set;

    /// <summary>The alternatives of <see cref="Operation.Branch"/>.</summary>
    public Branch? Branch;
}

/// <summary>What an <see cref="Instruction"/> does.</summary>
internal enum Operation
{
    /// <summary>The pattern, or the body of a group that is run by itself, has matched.</summary>
    Accept,

    /// <summary>Takes one code point of Set.</summary>
    One,

    /// <summary>Takes First to Second code points of Set, as many as it can, and gives them back one by one.</summary>
    Loop,

    /// <summary>Takes First to Second code points of Set, as many as it can, for good.</summary>
    PossessiveLoop,

    /// <summary>Goes on at First.</summary>
    Jump,

    /// <summary>Tries the targets of Branch in their order.</summary>
    Branch,

    /// <summary>Runs the body behind it for good, then goes on at First.</summary>
    Atomic,

    /// <summary>The body behind it must match here (Second: that many code points back, or -1); goes on at First.</summary>
    Look,

    /// <summary>The body behind it must not match.</summary>
    LookNot,

    /// <summary>The next code point, if there is one, must be in Set (First: whether the end will do).</summary>
    Next,

    /// <summary>The code point before, if there is one, must be in Set (First: whether the start will do).</summary>
    Previous,

    /// <summary>The position must be the place First.</summary>
    Place,

    /// <summary>Remembers the position in register First.</summary>
    Mark,

    /// <summary>Goes on at Second unless the position has moved since register First was marked.</summary>
    UnlessMoved,
}
