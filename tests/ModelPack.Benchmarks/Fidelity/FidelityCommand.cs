using System.Globalization;
using ModelPack.Benchmarks.Processes;

namespace ModelPack.Benchmarks.Fidelity;

/// <summary>
/// Measures what is not yet in the table beside the page and writes docs/fidelity.md from it.
/// Arguments: [--models NAME,...] [--methods NAME,...] [--settings NAME,...] choose cells; [--again true] measures finished ones too; [--page-only true]
/// measures nothing; [--windows N] fewer windows, for trying out; [--output FILE] [--shared FOLDER] [--tool MODELPACK_DLL] [--list true]; [--add CSV,...]
/// takes in the tables of runs elsewhere first.
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

        bool Is(string name) => options.GetValueOrDefault(name) == "true";
        bool Wants(string option, string name) => options.GetValueOrDefault(option)?.Split(',').Contains(name) ?? true;
        string shared = options.GetValueOrDefault("--shared") ?? Repository.Shared();
        string output = Path.GetFullPath(options.GetValueOrDefault("--output") ?? Path.Combine(Repository.Root, "docs", "fidelity.md"));
        string peersFile = Path.Combine(shared, "goldens", "peers", "results.csv");
        if (!File.Exists(peersFile))
        {
            Console.Error.WriteLine($"{peersFile} does not exist; the reference models and results must lie beside the checkout, or in --shared.");
            return 1;
        }

        var table = new FidelityTable(Path.ChangeExtension(output, ".csv"));
        foreach (string file in options.GetValueOrDefault("--add")?.Split(',') ?? [])
        {
            table.Add(file);
        }

        List<FidelityCell> cells =
        [
            .. from cell in FidelityCell.All
               where Wants("--models", cell.Model.Name) && Wants("--methods", cell.Method.Name) && Wants("--settings", cell.Setting.Name)
               where Is("--again") || table.Find(cell) is not { Fault: "" }
               select cell,
        ];
        if (Is("--list"))
        {
            cells.ForEach(cell => Console.WriteLine(cell.Key));
            return 0;
        }

        IReadOnlyList<PeerResult> peers = PeerResult.Read(peersFile);
        if (cells.Count > 0 && !Is("--page-only"))
        {
            int windows = int.Parse(options.GetValueOrDefault("--windows") ?? "1000000", CultureInfo.InvariantCulture);
            Measure(cells, table, shared, ToolProcess.Build(options.GetValueOrDefault("--tool")), windows);
        }

        File.WriteAllText(output, FidelityPage.Write(table, peers, out int lost, out int compared));
        Console.WriteLine($"{output}: {lost} of {compared} comparisons are lost to a peer");
        return 0;
    }

    private static void Measure(List<FidelityCell> cells, FidelityTable table, string shared, ToolProcess tool, int windows)
    {
        using var work = new WorkFolder();
        int done = 0;
        foreach (var model in cells.GroupBy(cell => cell.Model))
        {
            using var runner = new FidelityRunner(model.Key, shared, tool, work, windows);
            foreach (FidelityCell cell in model)
            {
                FidelityRow row = runner.Measure(cell);
                table.Put(row);
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{++done}/{cells.Count} {row.Key}: {(row.Fault.Length > 0 ? row.Fault : $"{row.BitsPerWeight:F3} bits, perplexity {row.Perplexity:F4}, KL {row.Kl:F6} ± {row.KlError:F6} (deployed {row.DeployedKl:F6}), {row.Seconds:F1} s, {row.PeakMegabytes:F0} MB")}"));
            }
        }
    }
}
