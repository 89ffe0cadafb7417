using ModelPack.Runtime.Tokenization.Patterns;
using ModelPack.Runtime.Tokenization.Pipeline;

namespace ModelPack.Runtime.Tokenization.Normalizers;

/// <summary>Replaces the matches of a pattern by a fixed string, aligned to the last character that it replaces.</summary>
internal sealed class ReplaceNormalizer(Pattern pattern, string content) : Normalizer
{
    public override void Rewrite(AlignedText source, AlignedText target, Workspace workspace)
    {
        PatternMatcher matcher = workspace.Matcher;
        matcher.Begin(pattern, source.Length);
        int done = 0;
        while (matcher.Next(source.Units, out int start, out int end))
        {
            target.AppendFrom(source, done, start - done);
            target.AppendAs(content, source, Math.Max(end - 1, start), end);
            done = end;
        }

        target.AppendFrom(source, done, source.Length - done);
    }
}
