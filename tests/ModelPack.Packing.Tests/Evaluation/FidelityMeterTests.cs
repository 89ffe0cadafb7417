using ModelPack.Packing.Evaluation;

namespace ModelPack.Packing.Tests.Evaluation;

public sealed class FidelityMeterTests
{
    [Fact]
    public void Predictions_of_one_coin_have_the_perplexity_and_divergence_of_the_formulas()
    {
        // Two tokens: the reference says 1/2, 1/2, the model 3/4, 1/4; the tokens that follow are 0, 1.
        var meter = new FidelityMeter(EvaluationProtocol.Paper);
        float[] reference = new float[6];
        float odds = MathF.Log(3);
        meter.Add([1, 0, 1], reference, [odds, 0, odds, 0, 0, 0], vocabulary: 2);
        FidelityReport report = meter.Report();

        Assert.Equal(2, report.Tokens);
        Assert.Equal(2, report.ReferencePerplexity, 6);
        Assert.Equal(Math.Exp(-(Math.Log(0.75) + Math.Log(0.25)) / 2), report.Perplexity, 6);
        Assert.Equal((0.5 * Math.Log(0.5 / 0.75)) + (0.5 * Math.Log(0.5 / 0.25)), report.KlDivergence.Mean, 6);
        Assert.Equal(report.KlDivergence.Mean, report.KlDivergence.Median, 9);
    }

    [Fact]
    public void A_model_compared_with_itself_does_not_diverge()
    {
        float[] logits = Enumerable.Range(0, 5 * 7).Select(i => MathF.Sin(i) * 20).ToArray();
        var meter = new FidelityMeter(EvaluationProtocol.Paper);
        meter.Add([0, 1, 2, 3, 4], logits, logits, 7);
        FidelityReport report = meter.Report();
        Assert.Equal(0, report.KlDivergence.Mean);
        Assert.Equal(1, report.TopAgreement);
        Assert.Equal(report.ReferencePerplexity, report.Perplexity);
    }

    [Fact]
    public void The_protocol_of_llama_cpp_counts_the_second_half_of_a_window()
    {
        float[] reference = new float[8 * 2];
        float[] model = new float[8 * 2];
        model[2 * 2] = 5;
        var paper = new FidelityMeter(EvaluationProtocol.Paper);
        var llama = new FidelityMeter(EvaluationProtocol.LlamaCpp);
        int[] window = [0, 1, 0, 1, 0, 1, 0, 1];
        paper.Add(window, reference, model, 2);
        llama.Add(window, reference, model, 2);
        Assert.Equal((7, 3), (paper.Report().Tokens, llama.Report().Tokens));
        Assert.True(paper.Report().KlDivergence.Mean > 0);
        Assert.Equal(0, llama.Report().KlDivergence.Mean);
    }

    [Fact]
    public void Percentiles_lie_between_the_positions_around_them()
    {
        // Position i diverges by an amount that grows with i; 101 positions, so the 99th percentile is the value at 99.
        const int Positions = 102;
        var reference = new float[Positions * 2];
        var model = new float[Positions * 2];
        for (int i = 0; i < Positions; i++)
        {
            model[i * 2] = i * 0.01f;
        }

        var meter = new FidelityMeter(EvaluationProtocol.Paper);
        meter.Add(new int[Positions], reference, model, 2);
        DivergenceSummary divergence = meter.Report().KlDivergence;
        Assert.Equal(Coin(50), divergence.Median, 6);
        Assert.Equal(Coin(99), divergence.P99, 6);
        Assert.InRange(divergence.P999, Coin(99), Coin(100));

        static double Coin(int position)
        {
            double first = 1 / (1 + Math.Exp(-position * 0.01f));
            return (0.5 * Math.Log(0.5 / first)) + (0.5 * Math.Log(0.5 / (1 - first)));
        }
    }

    [Fact]
    public void Standard_errors_of_divergence_agreement_and_log_perplexity_are_the_spread_of_the_windows_means()
    {
        // Two windows of one position each: equal predictions, then 3/4 for a token that the reference gives 1/2.
        var meter = new FidelityMeter(EvaluationProtocol.Paper);
        meter.Add([0, 0], [0, 0, 0, 0], [0, 0, 0, 0], 2);
        meter.Add([0, 0], [0, 0, 0, 0], [0, MathF.Log(3), 0, 0], 2);
        FidelityReport report = meter.Report();

        // Of two numbers a and b the mean's standard error is |a - b| / 2: here one of them is 0.
        Assert.Equal(report.KlDivergence.Mean, report.KlDivergence.StandardError, 12);
        Assert.Equal((0.5, 0.5), (report.TopAgreement, report.TopAgreementStandardError));
        Assert.Equal(Math.Log(2) / 2, report.LogPerplexityDifference.Mean, 6);
        Assert.Equal(report.LogPerplexityDifference.Mean, report.LogPerplexityDifference.StandardError, 12);
        Assert.Equal((report.Perplexity / report.ReferencePerplexity) - 1, report.PerplexityIncrease, 12);
        Assert.Equal(Math.Sqrt(2) * Math.Log(2) / 2, report.PerplexityIncreaseStandardError, 6);
    }

    [Fact]
    public void Perplexities_have_the_standard_error_of_their_positions()
    {
        // Losses of the model log 4 and log(4/3), of the reference twice log 2.
        var meter = new FidelityMeter(EvaluationProtocol.Paper);
        meter.Add([1, 0, 1], new float[6], [MathF.Log(3), 0, MathF.Log(3), 0, 0, 0], 2);
        FidelityReport report = meter.Report();

        Assert.Equal(0, report.ReferencePerplexityStandardError, 12);
        Assert.Equal(report.Perplexity * Math.Log(3) / 2, report.PerplexityStandardError, 6);
        Assert.Equal(Math.Log(3) / 2, report.LogPerplexityDifference.StandardError, 6);
    }

    [Fact]
    public void Logits_that_are_no_numbers_are_refused()
    {
        var meter = new FidelityMeter(EvaluationProtocol.Paper);
        var error = Assert.Throws<ModelPackException>(() => meter.Add([0, 0], [0, 0, 0, 0], [float.NaN, 0, 0, 0], 2));
        Assert.Equal("MPK2024", error.Code);
        Assert.Contains("packed model", error.Message, StringComparison.Ordinal);
    }
}
