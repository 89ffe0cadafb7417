namespace ModelPack.Runtime.Tokenization.Patterns;

/// <summary>A compiled pattern: immutable, shared by threads. A <see cref="PatternMatcher"/> runs it.</summary>
internal sealed class Pattern
{
    internal Pattern(string source, Instruction[] program, int registers, CodePointSet? first)
    {
        Source = source;
        Program = program;
        Registers = registers;
        First = first;
    }

    /// <summary>The pattern as written.</summary>
    public string Source { get; }

    public Instruction[] Program { get; }

    public int Registers { get; }

    /// <summary>What every match begins with; null where a match may begin with anything or be empty.</summary>
    public CodePointSet? First { get; }

    /// <exception cref="PatternException">The pattern is not valid, or uses something that is not supported.</exception>
    public static Pattern Parse(string source) => PatternCompiler.Compile(source, PatternParser.Parse(source));
}
