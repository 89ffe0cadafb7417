using System.Runtime.CompilerServices;
using ModelPack.Runtime.Chat.Templates.Nodes;

namespace ModelPack.Runtime.Chat.Templates.Syntax;

/// <summary>Bounds how deep tags and expressions lie inside one another, so that neither reading nor rendering can exhaust the stack.</summary>
internal sealed class Nesting
{
    private const int MaxDepth = 150;

    /// <summary>Operators and filters in a row nest to the left.</summary>
    private const int MaxChain = 250;

    private const int UnguardedDepth = 12;
    private const int UnguardedChain = 32;

    private int _depth;

    public void Enter(int line)
    {
        if (++_depth > MaxDepth)
        {
            throw new SyntaxFault($"tags or expressions are nested more than {MaxDepth} deep", line);
        }

        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw new SyntaxFault("tags or expressions are nested too deep for the stack of this thread", line);
        }
    }

    public void Leave() => _depth--;

    /// <summary>What is nested deep is evaluated with a look at the stack.</summary>
    public Expression Guard(Expression expression) => _depth > UnguardedDepth ? new GuardedExpression(expression) : expression;

    /// <summary>The left operand of the next in a row of operators or filters; every so often with a look at the stack.</summary>
    public static Expression Chain(Expression left, int length, int line)
    {
        if (length > MaxChain)
        {
            throw new SyntaxFault($"an expression has more than {MaxChain} operators or filters in a row", line);
        }

        return length % UnguardedChain == 0 ? new GuardedExpression(left) : left;
    }
}
