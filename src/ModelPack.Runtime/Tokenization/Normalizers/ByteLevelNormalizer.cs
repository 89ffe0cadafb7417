using ModelPack.Runtime.Tokenization.Pipeline;

namespace ModelPack.Runtime.Tokenization.Normalizers;

/// <summary>Writes each byte of the text as a character of GPT-2's alphabet.</summary>
internal sealed class ByteLevelNormalizer : Normalizer
{
    public override void Rewrite(AlignedText source, AlignedText target, Workspace workspace) =>
        ByteCharacters.Encode(source, 0, source.Length, target);
}
