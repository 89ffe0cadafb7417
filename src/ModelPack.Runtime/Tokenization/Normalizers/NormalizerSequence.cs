using ModelPack.Runtime.Tokenization.Pipeline;

namespace ModelPack.Runtime.Tokenization.Normalizers;

/// <summary>One after the other.</summary>
internal sealed class NormalizerSequence(IReadOnlyList<Normalizer> parts) : Normalizer
{
    private readonly Normalizer[] _parts = [.. parts];

    public override void Apply(Workspace workspace)
    {
        foreach (Normalizer part in _parts)
        {
            part.Apply(workspace);
        }
    }

    public override void Rewrite(AlignedText source, AlignedText target, Workspace workspace) =>
        throw new InvalidOperationException("A sequence is applied part by part.");
}
