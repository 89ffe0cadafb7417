using ModelPack.Runtime.Tokenization.Pipeline;

namespace ModelPack.Runtime.Tokenization.Normalizers;

/// <summary>Puts a string in front of a stretch that is not empty.</summary>
internal sealed class PrependNormalizer(string prefix) : Normalizer
{
    public override bool Changes(ReadOnlySpan<char> text) => text.Length > 0 && prefix.Length > 0;

    public override void Rewrite(AlignedText source, AlignedText target, Workspace workspace)
    {
        target.AppendAs(prefix, source, 0, 1);
        target.AppendFrom(source, 0, source.Length);
    }
}
