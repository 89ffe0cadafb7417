using System.Text;
using ModelPack.Runtime.Tokenization.Loading;
using ModelPack.Runtime.Tokenization.Pipeline;

namespace ModelPack.Runtime.Tokenization.PreTokenizers;

/// <summary>Splits into pieces of so many code points.</summary>
internal sealed class FixedLengthSplit(int length) : SplittingPreTokenizer(SplitBehavior.Isolated, invert: false)
{
    public static FixedLengthSplit Read(JsonPart part) => new(part.Optional("length")?.Number(1, int.MaxValue) ?? 5);

    protected override void FindMatches(ReadOnlySpan<char> text, Workspace workspace, MatchList matches)
    {
        int start = 0;
        int at = 0;
        int count = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            at += rune.Utf16SequenceLength;
            if (++count == length)
            {
                matches.Add(start, at);
                start = at;
                count = 0;
            }
        }
    }
}
