using System.Text.Json;

namespace ModelPack.Tool.Tests.Commands;

[Collection(PackedCollection.Name)]
public sealed class EvalTests(PackedTinyTales tales)
{
    private static string Text => Path.Combine(PackedTinyTales.Source, "eval.txt");

    [Theory]
    [InlineData("paper", 2 * 127)]
    [InlineData("llama.cpp", 2 * 63)]
    public void Json_has_perplexity_divergence_and_agreement_of_the_positions_of_a_protocol(string protocol, int positions)
    {
        JsonElement report = Evaluate("--protocol", protocol, "--context", "128", "--tokens", "256", "--json").RequireDone().Json;

        Assert.Equal(positions, report.GetProperty("tokens").GetInt32());
        double reference = report.GetProperty("referencePerplexity").GetDouble();
        Assert.InRange(report.GetProperty("perplexity").GetDouble(), reference * 0.9, reference * 1.3);
        JsonElement divergence = report.GetProperty("klDivergence");
        Assert.InRange(divergence.GetProperty("mean").GetDouble(), 1e-4, 0.3);
        Assert.True(divergence.GetProperty("median").GetDouble() <= divergence.GetProperty("p99").GetDouble());
        Assert.True(divergence.GetProperty("p99").GetDouble() <= divergence.GetProperty("p999").GetDouble());
        Assert.InRange(report.GetProperty("topAgreement").GetDouble(), 0.7, 1);
        Assert.InRange(report.GetProperty("perplexityStandardError").GetDouble(), 0.01, reference);
        Assert.InRange(report.GetProperty("perplexityIncreaseStandardError").GetDouble(), 1e-6, 0.2);
        Assert.InRange(divergence.GetProperty("standardError").GetDouble(), 1e-6, 0.1);
        Assert.InRange(report.GetProperty("topAgreementStandardError").GetDouble(), 0, 0.2);
    }

    [Fact]
    public void A_person_gets_the_figures_in_four_lines()
    {
        ToolRun run = Evaluate("--exact", "--context", "64", "--tokens", "128").RequireDone();

        Assert.Matches(
            @"^perplexity     [0-9.]+ \+- [0-9.E-]+ -> [0-9.]+ \+- [0-9.E-]+ \([+-][0-9.]+ % \+- [0-9.]+ %\)\n"
            + @"KL divergence  mean [0-9.E-]+ \+- [0-9.E-]+, median .*\ntop agreement  [0-9.]+ % \+- [0-9.]+ %\ntokens         126 in 2 windows, float arithmetic",
            run.Output);
        Assert.Matches("(?m)^  reference: 2 windows, ", run.Messages);
        Assert.Matches("(?m)^  evaluate: 2 windows, ", run.Messages);
    }

    [Fact]
    public void A_missing_text_and_a_context_beyond_the_model_are_one_error_each()
    {
        Assert.Contains("nothing.txt", tales.Run("eval", tales.Packed, "--reference", PackedTinyTales.Source, "--text", "nothing.txt").RequireError("MPK2021"));
        Assert.Equal(1, Evaluate("--context", "100000").ExitCode);
    }

    private ToolRun Evaluate(params string[] more) =>
        tales.Run(["eval", tales.Packed, "--reference", PackedTinyTales.Source, "--text", Text, .. more]);
}
