using ModelPack.Runtime.Tokenization.Pipeline;

namespace ModelPack.Runtime.Tokenization.PostProcessors;

/// <summary>One after the other.</summary>
internal sealed class PostProcessorSequence(IReadOnlyList<PostProcessor> parts) : PostProcessor
{
    private readonly PostProcessor[] _parts = [.. parts];

    public override int CountAdded(bool pair) => _parts.Sum(p => p.CountAdded(pair));

    public override void Process(EncodedParts encoded, bool addSpecialTokens)
    {
        foreach (PostProcessor part in _parts)
        {
            part.Process(encoded, addSpecialTokens);
        }
    }
}
