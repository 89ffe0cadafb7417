using ModelPack.Runtime.Generation.Sampling;
using ModelPack.Runtime.Sessions;
using ModelPack.Runtime.Tokenization;

namespace ModelPack.Runtime.Generation;

/// <summary>A checked request to continue a prompt, every default resolved.</summary>
internal sealed record GenerationRequest
{
    /// <summary>Token ids, at least one, all known to the model.</summary>
    public required int[] Prompt { get; init; }

    /// <summary>Whether the output goes on in the prompt's text; otherwise it begins a text of its own.</summary>
    public required bool ContinuesText { get; init; }

    /// <summary>At least 1; with the prompt at most the context length.</summary>
    public required int MaxTokens { get; init; }

    /// <summary>How tokens are chosen.</summary>
    public required SamplingSettings Sampling { get; init; }

    /// <summary>Start of the random numbers.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Texts at which the generation ends.</summary>
    public required IReadOnlyList<string> StopStrings { get; init; }

    /// <summary>Token ids that end the text.</summary>
    public required IReadOnlyList<int> EndOfTextIds { get; init; }

    /// <summary>Number of logits.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>The adapter that is switched on; null: none.</summary>
    public required LoadedAdapter? Adapter { get; init; }

    /// <summary>Turns the ids into text.</summary>
    public required Tokenizer Tokenizer { get; init; }

    /// <summary>Whether a token ends the text.</summary>
    public bool EndsText(int id)
    {
        for (int i = 0; i < EndOfTextIds.Count; i++)
        {
            if (EndOfTextIds[i] == id)
            {
                return true;
            }
        }

        return false;
    }
}
