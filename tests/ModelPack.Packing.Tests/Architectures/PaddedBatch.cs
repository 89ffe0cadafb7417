using ModelPack.Packing.Architectures;

namespace ModelPack.Packing.Tests.Architectures;

/// <summary>The two rows of a case's batch, one of them padded on the left.</summary>
internal static class PaddedBatch
{
    /// <summary>Logits of the batch, 0 where the padding is, as the goldens have them.</summary>
    public static float[] Run(DecoderRunner runner, GoldenCase golden, DecoderArchitecture architecture)
    {
        long[] mask = golden.Ids("batch_attention_mask");
        float[] logits = runner.Run(golden.Ids("batch_input_ids"), mask, batch: 2);
        for (int token = 0; token < mask.Length; token++)
        {
            if (mask[token] == 0)
            {
                logits.AsSpan(token * architecture.VocabularySize, architecture.VocabularySize).Clear();
            }
        }

        return logits;
    }
}
