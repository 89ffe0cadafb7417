using System.Globalization;
using ModelPack.Benchmarks.Processes;
using ModelPack.Packing.Evaluation;
using ModelPack.Packing.Manifests;
using ModelPack.Packing.Sources;
using ModelPack.Runtime.Tokenization;

namespace ModelPack.Benchmarks.Fidelity;

/// <summary>
/// Measures the cells of one model. Every cell is packed by a process of its own with an empty store, so that its seconds and its peak
/// memory are its own; predictions are compared in this process.
/// </summary>
internal sealed class FidelityRunner : IDisposable
{
    private const string Packed = "packed";
    private const string Store = "store";

    private readonly ReferenceModel _model;
    private readonly string _shared;
    private readonly ToolProcess _tool;
    private readonly WorkFolder _work;
    private readonly string _folder;
    private readonly TokenWindows _windows;
    private readonly RememberedLogits _reference;

    public FidelityRunner(ReferenceModel model, string shared, ToolProcess tool, WorkFolder work, int mostWindows)
    {
        _model = model;
        _shared = shared;
        _tool = tool;
        _work = work;
        _folder = model.Folder(shared, work.FullPath);
        using HuggingFaceSource source = HuggingFaceSource.Open(_folder);
        _windows = TokenWindows.Cut(Tokenizer.Load(_folder), model.Text.Read(shared), source.Architecture.BosTokenId, model.Length, Math.Min(mostWindows, model.Windows));
        _reference = new RememberedLogits(SessionLogitSource.OpenSource(source));
    }

    /// <summary>Packs and measures one cell; a cell that cannot be packed gets the tool's error code.</summary>
    public FidelityRow Measure(FidelityCell cell)
    {
        var row = new FidelityRow { Model = _model.Name, Setting = cell.Setting.Name, Method = cell.Method.Name, Calibration = cell.Calibration?.Name ?? "" };
        _work.Remove(Packed);
        _work.Remove(Store);
        MeasuredProcess packing = _tool.Run(_work.Of(Store), ["quantize", _folder, "-o", _work.Of(Packed), "--json", "--verbosity", "quiet", .. Arguments(cell)]);
        if (packing.ExitCode != 0)
        {
            Console.Error.WriteLine(packing.Messages);
            return row with { Fault = Code(packing.Messages) };
        }

        PackManifest manifest = PackManifest.Parse(packing.Output, "the tool's output");
        using SessionLogitSource exact = SessionLogitSource.OpenPacked(_work.Of(Packed), exact: true);
        using SessionLogitSource deployed = SessionLogitSource.OpenPacked(_work.Of(Packed), exact: false);
        IReadOnlyList<FidelityReport> reports = ModelEvaluation.Measure(_reference, [exact, deployed], _windows, EvaluationProtocol.Paper);
        return row with
        {
            BitsPerWeight = BitsPerWeight(manifest),
            Perplexity = reports[0].Perplexity,
            DeployedPerplexity = reports[1].Perplexity,
            Kl = reports[0].KlDivergence.Mean,
            KlError = reports[0].KlDivergence.StandardError,
            DeployedKl = reports[1].KlDivergence.Mean,
            DeployedKlError = reports[1].KlDivergence.StandardError,
            TopAgreement = reports[0].TopAgreement,
            Seconds = packing.Seconds,
            ProcessorSeconds = packing.ProcessorSeconds,
            PeakMegabytes = packing.PeakMegabytes,
            ReferencePerplexity = reports[0].ReferencePerplexity,
            Windows = reports[0].Windows,
            Predictions = reports[0].Tokens,
            Targets = Targets(cell, manifest.Calibration),
        };
    }

    public void Dispose() => _reference.Dispose();

    private string[] Arguments(FidelityCell cell)
    {
        string[] arguments = [.. cell.Setting.Arguments(), .. cell.Method.Arguments()];
        if (cell.Calibration is not { } calibration)
        {
            return arguments;
        }

        string file = _work.Of($"{_model.Name}-{calibration.Name}.txt");
        File.WriteAllText(file, calibration.Text.Read(_shared));
        return
        [
            .. arguments,
            "--calibration", file,
            "--calibration-samples", calibration.Samples.ToString(CultureInfo.InvariantCulture),
            "--calibration-length", calibration.Length.ToString(CultureInfo.InvariantCulture),
        ];
    }

    private static double BitsPerWeight(PackManifest manifest)
    {
        List<ManifestWeight> linears = [.. manifest.Weights.Where(weight => weight.Name.Contains("_proj", StringComparison.Ordinal) && weight.GroupSize > 0)];
        return 8.0 * linears.Sum(weight => weight.Bytes) / linears.Sum(weight => weight.Shape.Aggregate(1L, (product, extent) => product * extent));
    }

    private static string Targets(FidelityCell cell, ManifestCalibration? calibration) => cell.Method.Name != FidelityMethod.Decided || calibration?.Targets is not { } used ? ""
        : calibration.HeldOutKlWithTargets is not { } with || calibration.HeldOutKlWithoutTargets is not { } without ? (used ? "on" : "off")
        : string.Create(CultureInfo.InvariantCulture, $"{(used ? "on" : "off")}: held-out KL {with:G3} with, {without:G3} without");

    private static string Code(string messages)
    {
        int at = messages.IndexOf("MPK", StringComparison.Ordinal);
        return at >= 0 && at + 7 <= messages.Length ? messages.Substring(at, 7) : "failed";
    }
}
