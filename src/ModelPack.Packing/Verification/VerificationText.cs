using ModelPack.Packing.Architectures;
using ModelPack.Runtime.Tokenization;

namespace ModelPack.Packing.Verification;

/// <summary>The text on which a packed model is compared with its source.</summary>
internal static class VerificationText
{
    // Plain words that every vocabulary covers; long enough for a layer's error to show, short enough for a build.
    private const string Text =
        "Once upon a time there was a small lighthouse at the edge of the sea. Every evening its keeper climbed the stairs, lit the lamp "
        + "and counted the ships that passed: one, two, three. Then he wrote their names into a book and told them to the wind.";

    private const int MostTokens = 48;

    /// <summary>Token ids of the text, as many as the model takes.</summary>
    public static long[] Encode(Tokenizer tokenizer, DecoderArchitecture architecture)
    {
        int[] ids = tokenizer.Encode(Text);
        int unknown = Array.FindIndex(ids, id => id < 0 || id >= architecture.VocabularySize);
        if (unknown >= 0)
        {
            throw new ModelPackException(
                Sources.SourceErrors.TokenizerDoesNotFit,
                $"{architecture.ConfigFile}: tokenizer.json gives token id {ids[unknown]}, but vocab_size is {architecture.VocabularySize}; the tokenizer belongs to another model.");
        }

        return [.. ids.Take(Math.Min(MostTokens, architecture.ContextLength)).Select(id => (long)id)];
    }
}
