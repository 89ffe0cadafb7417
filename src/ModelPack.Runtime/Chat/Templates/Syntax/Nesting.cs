namespace ModelPack.Runtime.Chat.Templates.Syntax;

/// <summary>Bounds how deep tags and expressions lie inside one another, so that neither reading nor rendering can exhaust the stack.</summary>
internal sealed class Nesting
{
    private const int MaxDepth = 150;

    /// <summary>Operators and filters in a row nest to the left.</summary>
    private const int MaxChain = 250;

    private int _depth;

    public void Enter(int line)
    {
        if (++_depth > MaxDepth)
        {
            throw new SyntaxFault($"tags or expressions are nested more than {MaxDepth} deep", line);
        }
    }

    public void Leave() => _depth--;

    public static void RequireChain(int length, int line)
    {
        if (length > MaxChain)
        {
            throw new SyntaxFault($"an expression has more than {MaxChain} operators or filters in a row", line);
        }
    }
}
