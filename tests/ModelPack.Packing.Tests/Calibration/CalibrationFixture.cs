using ModelPack.Packing.Calibration;
using ModelPack.Packing.Planning;
using ModelPack.Packing.Recipes;
using ModelPack.Packing.Store;
using ModelPack.Packing.Tests.Road;

namespace ModelPack.Packing.Tests.Calibration;

/// <summary>A tiny model, a text to calibrate it with, and recipes that use both.</summary>
internal sealed class CalibrationFixture : IDisposable
{
    public CalibrationFixture(int hidden = 64, int intermediate = 96) => Model = new TinyCheckpoint(hidden, intermediate);

    public TinyCheckpoint Model { get; }

    public Recipe Recipe(params (string Name, string Value)[] settings)
    {
        var all = new Dictionary<string, string>
        {
            ["Method"] = "gptq", ["Calibration"] = CalibrationText, ["CalibrationSamples"] = "10", ["CalibrationLength"] = "64",
        };
        foreach ((string name, string value) in settings)
        {
            all[name] = value;
        }

        return Packing.Recipes.Recipe.Parse(all);
    }

    public string CalibrationText => Write("calibration.txt", string.Concat(Enumerable.Range(0, 150).Select(i => $"Once the fox number {i} met an owl with a small lantern. ")));

    public string Write(string name, string text)
    {
        string path = Path.Combine(Path.GetDirectoryName(Model.Folder)!, name);
        if (!File.Exists(path) || File.ReadAllText(path) != text)
        {
            File.WriteAllText(path, text);
        }

        return path;
    }

    public PackRequest Request(PackStore store, Recipe recipe, int threads = 0) => new(Model.Folder, recipe, store, threads);

    public async Task<(PackResult Result, IReadOnlyList<string> Decided)> Pack(PackStore store, Recipe recipe, int threads = 0)
    {
        var decided = new Recorder();
        PackResult result = await Packer.PackAsync(Request(store, recipe, threads), decided);
        return (result, decided.Items);
    }

    public void With(PackStore store, Recipe recipe, Action<CalibrationContext> action)
    {
        using PackJob job = PackJob.Open(Request(store, recipe), null, default);
        using var context = new CalibrationContext(job, job.RowsToCalibrateWith(default), null, default);
        action(context);
    }

    public void Dispose() => Model.Dispose();

    /// <summary>Names of the weights that were decided from their inputs, in order.</summary>
    private sealed class Recorder : IProgress<PackProgress>
    {
        public List<string> Items { get; } = [];

        public void Report(PackProgress value)
        {
            if (value is { Stage: "calibrate", Item: { } item })
            {
                Items.Add(item);
            }
        }
    }
}
