using ModelPack.Runtime.Generation.Sampling;

namespace ModelPack.Runtime.Tests.Generation.Sampling;

public class PenaltyTests
{
    [Fact]
    public void Repetition_divides_positive_and_multiplies_negative_logits_of_tokens_seen()
    {
        float[] logits = [3, -3, 3, -3, 0];
        RepetitionPenalty.Apply(logits, [0, 1, 4], 1.5f);
        Assert.Equal([2, -4.5f, 3, -3, 0], logits);
    }

    [Fact]
    public void Presence_counts_once_and_frequency_each_time()
    {
        float[] logits = [1, 1, 1, 1];
        OccurrencePenalty.Apply(logits, [0, 1, 2], [1, 3, 0, 5], presence: 0.5f, frequency: 0.25f);
        Assert.Equal([0.25f, -0.25f, 1, 1], logits);
    }

    [Fact]
    public void Prompt_tokens_are_repetitions_but_not_occurrences()
    {
        var history = new TokenHistory(6);
        history.AddPrompt([4, 2, 4]);
        history.AddGenerated(2);
        history.AddGenerated(5);
        history.AddGenerated(5);
        Assert.Equal([4, 2, 5], history.Distinct.ToArray());
        Assert.Equal([0, 0, 1, 0, 0, 2], history.GeneratedCounts.ToArray());
    }
}
