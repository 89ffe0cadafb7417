using System.Text;
using ModelPack.Runtime.Tokenization.Patterns;
using ModelPack.Runtime.Tokenization.Pipeline;

namespace ModelPack.Runtime.Tokenization.PreTokenizers;

/// <summary>Splits at each code point of a set.</summary>
internal sealed class SetSplit(CodePointSet set, SplitBehavior behavior) : SplittingPreTokenizer(behavior, invert: false)
{
    protected override void FindMatches(ReadOnlySpan<char> text, Workspace workspace, MatchList matches)
    {
        int at = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            int end = at + rune.Utf16SequenceLength;
            if (set.Contains(rune.Value))
            {
                matches.Add(at, end);
            }

            at = end;
        }
    }
}
