using System.Globalization;
using ModelPack.Benchmarks.Processes;
using ModelPack.Packing;
using ModelPack.Packing.Manifests;
using ModelPack.Packing.OnnxModels.Running;
using ModelPack.Packing.Recipes;
using ModelPack.Packing.Store;

namespace ModelPack.Benchmarks.OnnxModels;

/// <summary>
/// Published ONNX models in every mode: size, speed beside the float model, agreement with it on their reference inputs; writes
/// docs/onnx-models.md. Arguments: [--models PART,...] those whose name has one of these parts, and then no page; [--output FILE].
/// </summary>
internal static class OnnxModelsCommand
{
    private static readonly (string Name, (string Name, string Value)[] Settings, bool Calibrated)[] Modes =
    [
        ("8-bit weights", [("Bits", "8")], false),
        ("4-bit weights", [("Bits", "4")], false),
        ("4-bit weights, gptq", [("Bits", "4"), ("Method", "gptq")], true),
        ("dynamic", [("Method", "dynamic")], true),
        ("static", [("Method", "static")], true),
    ];

    public static int Run(string[] arguments)
    {
        var options = new Dictionary<string, string>(StringComparer.Ordinal);
        for (int i = 0; i + 1 < arguments.Length; i += 2)
        {
            options[arguments[i]] = arguments[i + 1];
        }

        string[]? asked = options.GetValueOrDefault("--models")?.Split(',');
        var rows = new List<OnnxModelRow>();
        var inputs = new List<(string Model, string Inputs)>();
        foreach (ReferenceTask task in ReferenceTasks.All(Repository.Shared()).Where(task => asked?.Any(part => task.Name.Contains(part, StringComparison.Ordinal)) ?? true))
        {
            inputs.Add((task.Name, task.Inputs));
            using var work = new WorkFolder();
            SampleFiles.Write(work.Of("samples"), task.Calibration);
            IReadOnlyList<float[]> expected = Outputs(task, task.File);
            foreach ((string name, (string Name, string Value)[] settings, bool calibrated) in Modes)
            {
                OnnxModelRow? row = Measure(task, name, [.. settings, .. calibrated ? new[] { ("Calibration", work.Of("samples")) } : []], expected, work);
                if (row is not null)
                {
                    rows.Add(row);
                    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{row.Model,-55} {row.Mode,-20} {row.Bytes,9} B {row.SourceBytes / (double)row.Bytes:0.00}x smaller {row.SpeedUp:0.00}x as fast, error {row.Error:0.00000}, {row.Decisions}"));
                }
            }
        }

        if (asked is null || options.ContainsKey("--output"))
        {
            OnnxModelsPage.Write(options.GetValueOrDefault("--output") ?? Path.Combine(Repository.Root, "docs", "onnx-models.md"), rows, inputs);
        }

        return 0;
    }

    private static OnnxModelRow? Measure(ReferenceTask task, string mode, (string Name, string Value)[] settings, IReadOnlyList<float[]> expected, WorkFolder work)
    {
        using PackStore store = PackStore.Open(work.Of("store"));
        PackResult result;
        try
        {
            result = Packer.PackAsync(new PackRequest(task.File, Recipe.Parse(settings.Select(setting => KeyValuePair.Create(setting.Name, setting.Value))), store)).GetAwaiter().GetResult();
        }
        catch (ModelPackException e)
        {
            Console.WriteLine($"{task.Name,-55} {mode,-20} {e.Code}: {e.Message}");
            return null;
        }

        string packed = Path.Combine(result.Folder, "model.onnx");
        IReadOnlyList<float[]> actual = Outputs(task, packed);
        (string decisions, bool equal) = task.Decide(expected, actual);
        ManifestOperator[] operators = [.. result.Manifest.Operators ?? []];
        return new OnnxModelRow(
            task.Name,
            mode,
            result.Manifest.Size.OutputBytes,
            new FileInfo(task.File).Length,
            SpeedContest.Ratio(task.File, packed, task.Calibration[0]),
            Error(expected, actual),
            decisions,
            equal,
            operators.Count(entry => entry.Became is not null),
            [.. operators.Where(entry => entry.Became is null).GroupBy(entry => (entry.Type, entry.Reason)).Select(group => (group.Key.Type, group.Count(), group.Key.Reason ?? ""))]);
    }

    private static IReadOnlyList<float[]> Outputs(ReferenceTask task, string file)
    {
        using ModelSession session = ModelSession.Open(file, 1, asDeployed: true);
        return task.Run(session);
    }

    private static double Error(IReadOnlyList<float[]> expected, IReadOnlyList<float[]> actual)
    {
        double norm = 0, error = 0;
        foreach ((float[] left, float[] right) in expected.Zip(actual))
        {
            norm += left.Sum(value => (double)value * value);
            error += left.Zip(right, (a, b) => ((double)a - b) * (a - b)).Sum();
        }

        return Math.Sqrt(error / norm);
    }
}
