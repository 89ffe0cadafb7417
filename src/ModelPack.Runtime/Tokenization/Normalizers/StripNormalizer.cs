using ModelPack.Runtime.Tokenization.Patterns;
using ModelPack.Runtime.Tokenization.Pipeline;

namespace ModelPack.Runtime.Tokenization.Normalizers;

/// <summary>Takes white space off the ends.</summary>
internal sealed class StripNormalizer(bool left, bool right) : Normalizer
{
    public override bool Changes(ReadOnlySpan<char> text) =>
        text.Length > 0 && ((left && UnicodeSets.Space.Contains(text[0])) || (right && UnicodeSets.Space.Contains(text[^1])));

    public override void Rewrite(AlignedText source, AlignedText target, Workspace workspace)
    {
        ReadOnlySpan<char> units = source.Units;
        int start = 0;
        while (left && start < units.Length && UnicodeSets.Space.Contains(units[start]))
        {
            start++;
        }

        int end = units.Length;
        while (right && end > start && UnicodeSets.Space.Contains(units[end - 1]))
        {
            end--;
        }

        target.AppendFrom(source, start, end - start);
    }
}
