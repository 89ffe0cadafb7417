using ModelPack.Runtime.Tokenization.Pipeline;

namespace ModelPack.Runtime.Tokenization.PreTokenizers;

/// <summary>One after the other.</summary>
internal sealed class PreTokenizerSequence(IReadOnlyList<PreTokenizer> parts) : PreTokenizer
{
    private readonly PreTokenizer[] _parts = [.. parts];

    public override bool NeedsSource => _parts.Any(p => p.NeedsSource);

    public override void Apply(Workspace workspace)
    {
        foreach (PreTokenizer part in _parts)
        {
            part.Apply(workspace);
        }
    }
}
