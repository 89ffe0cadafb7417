using ModelPack.Packing;
using ModelPack.Packing.Evaluation;
using ModelPack.Packing.Manifests;
using ModelPack.Packing.Sources;
using ModelPack.Packing.Store;
using ModelPack.Runtime.Tokenization;

namespace ModelPack.Benchmarks.Fidelity;

/// <summary>
/// Packs the reference models in every case, measures them on the texts and windows that the other quantizers were measured on, and writes docs/fidelity.md.
/// Arguments: [--models NAME,...] [--windows N] [--output FILE] [--shared FOLDER]; fewer windows or models are for trying out.
/// </summary>
internal static class FidelityCommand
{
    public static int Run(string[] arguments)
    {
        var options = new Dictionary<string, string>(StringComparer.Ordinal);
        for (int i = 0; i + 1 < arguments.Length; i += 2)
        {
            options[arguments[i]] = arguments[i + 1];
        }

        string repository = Repository();
        string shared = options.GetValueOrDefault("--shared") ?? Environment.GetEnvironmentVariable("MODELPACK_SHARED") ?? Path.Combine(repository, "..", "shared");
        string output = options.GetValueOrDefault("--output") ?? Path.Combine(repository, "docs", "fidelity.md");
        string[]? wanted = options.GetValueOrDefault("--models")?.Split(',');
        int windows = int.Parse(options.GetValueOrDefault("--windows") ?? "1000000");
        string peersFile = Path.Combine(shared, "goldens", "peers", "results.csv");
        if (!File.Exists(peersFile))
        {
            Console.Error.WriteLine($"{peersFile} does not exist; the reference models and results must lie beside the checkout, or in --shared.");
            return 1;
        }

        IReadOnlyList<PeerResult> peers = PeerResult.Read(peersFile);
        var page = new FidelityPage();
        string work = Directory.CreateTempSubdirectory("modelpack-fidelity").FullName;
        try
        {
            foreach (ReferenceModel model in ReferenceModel.All.Where(model => wanted?.Contains(model.Name) ?? true))
            {
                Measure(model, shared, work, windows, page, [.. peers.Where(peer => peer.Model == model.Name && peer.IsCalibrationFree && peer.Bits != 3)]);
            }
        }
        finally
        {
            if (Directory.Exists(work))
            {
                Directory.Delete(work, recursive: true);
            }
        }

        File.WriteAllText(output, page.ToString());
        Console.WriteLine($"{output}: {page.Worse} of {page.Compared} comparisons are worse than a peer's");
        return 0;
    }

    private static void Measure(ReferenceModel model, string shared, string work, int most, FidelityPage page, IReadOnlyList<PeerResult> peers)
    {
        using HuggingFaceSource source = HuggingFaceSource.Open(Path.Combine(shared, "models", model.Name));
        using var store = PackStore.Open(Path.Combine(work, "store"));
        var packed = FidelityCase.All.Select(each => (Case: each, Result: Pack(source.Folder, each, store))).ToList();
        TokenWindows windows = TokenWindows.Cut(Tokenizer.Load(source.Folder), model.ReadText(shared), source.Architecture.BosTokenId, model.Length, Math.Min(most, model.Windows));
        var sources = new List<ILogitSource>();
        using SessionLogitSource reference = SessionLogitSource.OpenSource(source, threads: 1);
        try
        {
            foreach ((FidelityCase each, PackResult result) in packed)
            {
                sources.Add(SessionLogitSource.OpenPacked(result.Folder, exact: true, threads: 1));
                if (each.Deployed)
                {
                    sources.Add(SessionLogitSource.OpenPacked(result.Folder, exact: false, threads: 1));
                }
            }

            IReadOnlyList<FidelityReport> reports = ModelEvaluation.Measure(
                reference, sources, windows, EvaluationProtocol.Paper, (done, total) => Console.Error.Write($"\r{model.Name} {done}/{total} "));
            FidelityReport secondHalves = ModelEvaluation.Measure(reference, [reference], windows, EvaluationProtocol.LlamaCpp)[0];
            Console.Error.WriteLine();
            var rows = new List<FidelityRow>();
            int next = 0;
            foreach ((FidelityCase each, PackResult result) in packed)
            {
                rows.Add(new FidelityRow(each, BitsPerWeight(result.Manifest), reports[next++], each.Deployed ? reports[next++] : null));
            }

            page.Add(model, rows, secondHalves.ReferencePerplexity, peers, complete: windows.Count == model.Windows);
        }
        finally
        {
            sources.ForEach(each => each.Dispose());
        }
    }

    private static PackResult Pack(string folder, FidelityCase each, PackStore store) =>
        Packer.PackAsync(new PackRequest(folder, each.Recipe, store), null, CancellationToken.None).GetAwaiter().GetResult();

    /// <summary>Codes, scales and zero points of the linear layers, in bits, by the number of their weights.</summary>
    private static double BitsPerWeight(PackManifest manifest)
    {
        List<ManifestWeight> linears = [.. manifest.Weights.Where(weight => weight.Name.Contains("_proj", StringComparison.Ordinal) && weight.GroupSize > 0)];
        return 8.0 * linears.Sum(weight => weight.Bytes) / linears.Sum(weight => weight.Shape.Aggregate(1L, (product, extent) => product * extent));
    }

    private static string Repository()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "ModelPack.sln")))
            {
                return folder.FullName;
            }
        }

        return Directory.GetCurrentDirectory();
    }
}
