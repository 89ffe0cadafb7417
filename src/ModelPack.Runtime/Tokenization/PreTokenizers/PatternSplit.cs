using ModelPack.Runtime.Tokenization.Patterns;
using ModelPack.Runtime.Tokenization.Pipeline;

namespace ModelPack.Runtime.Tokenization.PreTokenizers;

/// <summary>Splits at the matches of a regular expression; patterns that many files share have a pass of their own.</summary>
internal sealed class PatternSplit(Pattern pattern, SplitBehavior behavior, bool invert) : SplittingPreTokenizer(behavior, invert)
{
    private readonly WordPattern? _words = WordPattern.Find(pattern.Source);

    protected override void FindMatches(ReadOnlySpan<char> text, Workspace workspace, MatchList matches)
    {
        if (_words is not null)
        {
            for (int at = 0; at < text.Length;)
            {
                int found = _words.End(text, at);
                matches.Add(at, found);
                at = found;
            }

            return;
        }

        PatternMatcher matcher = workspace.Matcher;
        matcher.Begin(pattern, text.Length);
        while (matcher.Next(text, out int start, out int end))
        {
            matches.Add(start, end);
        }
    }
}
