using ModelPack.Runtime.Tokenization.Pipeline;

namespace ModelPack.Runtime.Tokenization.PreTokenizers;

/// <summary>Splits at a string.</summary>
internal sealed class LiteralSplit(string literal, SplitBehavior behavior, bool invert) : SplittingPreTokenizer(behavior, invert)
{
    protected override void FindMatches(ReadOnlySpan<char> text, Workspace workspace, MatchList matches)
    {
        int at = 0;
        while (literal.Length > 0 && text[at..].IndexOf(literal) is >= 0 and int found)
        {
            matches.Add(at + found, at + found + literal.Length);
            at += found + literal.Length;
        }
    }
}
