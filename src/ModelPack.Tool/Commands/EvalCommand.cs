using System.CommandLine;
using System.Globalization;
using ModelPack.Packing.Evaluation;
using ModelPack.Tool.CommandLine;
using ModelPack.Tool.Hosting;
using ModelPack.Tool.Json;
using ModelPack.Tool.Rendering;

namespace ModelPack.Tool.Commands;

/// <summary><c>eval</c>: how far a packed model is from its source on a text.</summary>
internal static class EvalCommand
{
    private static readonly (string Name, EvaluationProtocol Value)[] Protocols =
    [
        ("paper", EvaluationProtocol.Paper),
        ("llama.cpp", EvaluationProtocol.LlamaCpp),
    ];

    public static void Fill(Command command, CommandContext context)
    {
        var packed = new PackedArgument(command);
        var reference = new Option<string>("--reference") { Description = "The Hugging Face folder or .gguf file it was packed from.", HelpName = "SOURCE", Required = true };
        var adapter = new Option<string?>("--adapter") { Description = "The folder of a LoRA adapter that was merged into the packed model; the reference gets it too.", HelpName = "FOLDER" };
        var text = new Option<string>("--text") { Description = "UTF-8 text to predict.", HelpName = "FILE", Required = true };
        var protocol = new Option<string>("--protocol")
        {
            Description = "paper: every prediction of every window counts (default). llama.cpp: the second half of each window counts.",
            HelpName = "paper|llama.cpp",
        };
        var exact = new Option<bool>("--exact") { Description = "Predict with the stored codes and float arithmetic: the error of quantization alone. Without it the model is measured as deployed, where a CPU rounds activations to 8 bits." };
        var window = new Option<int?>("--context") { Description = "Tokens of a window; 2048 (paper) or 512 (llama.cpp) when absent, at most what the model takes.", HelpName = "N" };
        var tokens = new Option<int?>("--tokens") { Description = "Tokens of the text to use; all when absent.", HelpName = "N" };
        var threads = new Option<int>("--threads") { Description = "Threads to work with; all cores when absent.", HelpName = "N" };
        protocol.Validators.Add(Validation.OneOf([.. Protocols.Select(known => known.Name)]));
        window.Validators.Add(Validation.Between(2, int.MaxValue));
        tokens.Validators.Add(Validation.Between(2, int.MaxValue));
        threads.Validators.Add(Validation.Between(1, 1024));
        Array.ForEach<Option>([reference, adapter, text, protocol, exact, window, tokens, threads], command.Add);
        command.SetAction(async (result, token) =>
        {
            string chosen = result.GetValue(protocol) ?? Protocols[0].Name;
            var request = new EvaluationRequest(await packed.FolderAsync(result, context.Console, token).ConfigureAwait(false), result.GetRequiredValue(reference), result.GetRequiredValue(text))
            {
                Protocol = Array.Find(Protocols, known => known.Name.Equals(chosen, StringComparison.OrdinalIgnoreCase)).Value,
                Adapter = result.GetValue(adapter),
                Exact = result.GetValue(exact),
                Context = result.GetValue(window),
                Tokens = result.GetValue(tokens),
                Threads = result.GetValue(threads),
            };
            FidelityReport report = await WorkDisplay
                .RunAsync(context.Console, WorkUnit.Windows, progress => Task.Run(() => ModelEvaluation.Run(request, PackSteps.To(progress), token), token))
                .ConfigureAwait(false);
            if (context.Console.Json)
            {
                JsonOutput.Write(context.Console, report, ToolJson.Default.FidelityReport);
            }
            else
            {
                Write(context.Console.Output, report, request.Exact);
            }

            return ExitCode.Done;
        });
    }

    private static void Write(TextWriter output, FidelityReport report, bool exact)
    {
        string increase = (100 * report.PerplexityIncrease).ToString("+0.0#;-0.0#;0", CultureInfo.InvariantCulture);
        output.WriteLine(
            $"perplexity     {Number(report.ReferencePerplexity, report.ReferencePerplexityStandardError)} -> {Number(report.Perplexity, report.PerplexityStandardError)} ({increase} % +- {Percent(report.PerplexityIncreaseStandardError)} %)");
        output.WriteLine(
            $"KL divergence  mean {Number(report.KlDivergence.Mean, report.KlDivergence.StandardError)}, median {Number(report.KlDivergence.Median)}, p99 {Number(report.KlDivergence.P99)}, p99.9 {Number(report.KlDivergence.P999)}");
        output.WriteLine($"top agreement  {Percent(report.TopAgreement)} % +- {Percent(report.TopAgreementStandardError)} %");
        output.WriteLine($"tokens         {report.Tokens} in {report.Windows} windows, {(exact ? "float arithmetic" : "as deployed")}; +- is one standard error");
    }

    private static string Number(double value, double error) => $"{Number(value)} +- {error.ToString("G2", CultureInfo.InvariantCulture)}";

    private static string Number(double value) => value.ToString("G5", CultureInfo.InvariantCulture);

    private static string Percent(double share) => (100 * share).ToString("0.##", CultureInfo.InvariantCulture);
}
