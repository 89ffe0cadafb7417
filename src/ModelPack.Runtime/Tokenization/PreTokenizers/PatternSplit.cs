using ModelPack.Runtime.Tokenization.Patterns;
using ModelPack.Runtime.Tokenization.Pipeline;

namespace ModelPack.Runtime.Tokenization.PreTokenizers;

/// <summary>Splits at the matches of a regular expression.</summary>
internal sealed class PatternSplit(Pattern pattern, SplitBehavior behavior, bool invert) : SplittingPreTokenizer(behavior, invert)
{
    protected override void FindMatches(ReadOnlySpan<char> text, Workspace workspace, MatchList matches)
    {
        PatternMatcher matcher = workspace.Matcher;
        matcher.Begin(pattern, text.Length);
        while (matcher.Next(text, out int start, out int end))
        {
            matches.Add(start, end);
        }
    }
}
