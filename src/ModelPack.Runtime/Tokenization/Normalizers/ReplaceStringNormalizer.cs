using ModelPack.Runtime.Tokenization.Pipeline;

namespace ModelPack.Runtime.Tokenization.Normalizers;

/// <summary>Replaces a string by another, aligned to the last character that it replaces.</summary>
internal sealed class ReplaceStringNormalizer(string literal, string content) : Normalizer
{
    public override bool Changes(ReadOnlySpan<char> text) => literal.Length > 0 && text.IndexOf(literal) >= 0;

    public override void Rewrite(AlignedText source, AlignedText target, Workspace workspace)
    {
        int done = 0;
        while (source.Units[done..].IndexOf(literal) is >= 0 and int found)
        {
            int end = done + found + literal.Length;
            target.AppendFrom(source, done, found);
            target.AppendAs(content, source, end - 1, end);
            done = end;
        }

        target.AppendFrom(source, done, source.Length - done);
    }
}
