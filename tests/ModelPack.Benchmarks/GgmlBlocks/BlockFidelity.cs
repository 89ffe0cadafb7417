using System.Globalization;
using ModelPack.Benchmarks.Fidelity;
using ModelPack.Benchmarks.Processes;
using ModelPack.Formats.Gguf;
using ModelPack.Packing;
using ModelPack.Packing.Calibration;
using ModelPack.Packing.Evaluation;
using ModelPack.Packing.Planning;
using ModelPack.Packing.Recipes;
using ModelPack.Packing.Sources;
using ModelPack.Packing.Store;
using ModelPack.Runtime.Tokenization;

namespace ModelPack.Benchmarks.GgmlBlocks;

/// <summary>What the encoders, and ggml's, do to a trained model: all linear weights of its blocks in one type, float arithmetic.</summary>
internal static class BlockFidelity
{
    /// <summary>Windows of the text that are looked at.</summary>
    public const int MostWindows = 24;

    /// <summary>KL divergences from the float model for every type whose blocks its rows are whole numbers of.</summary>
    public static IReadOnlyList<BlockFidelityRow> Measure(string name, string shared, IReadOnlyList<GgufTensorType> types)
    {
        ReferenceModel model = ReferenceModel.All.Single(each => each.Name == name);
        using var work = new WorkFolder();
        string folder = model.Folder(shared, work.FullPath);
        using ModelSource source = ModelSource.Open(folder);
        TokenWindows windows = TokenWindows.Cut(Tokenizer.Load(folder), model.Text.Read(shared), source.Architecture.BosTokenId, model.Length, Math.Min(model.Windows, MostWindows));
        using var reference = new RememberedLogits(SessionLogitSource.OpenSource(source));
        Func<string, float[]> importance = Importance(model, folder, shared, work);
        var rows = new List<BlockFidelityRow>();
        foreach (GgufTensorType type in types.Where(type => source.Architecture.HiddenSize % type.ElementsPerBlock() == 0))
        {
            foreach (bool weighted in new[] { false, true })
            {
                FidelityReport Report(Func<GgufTensorType, float[], float[], int, float[]> encode)
                {
                    using var rounded = new RoundedSource(source, (weight, values, columns) => encode(type, values, weighted ? importance(weight) : [], columns));
                    using SessionLogitSource logits = SessionLogitSource.OpenSource(rounded);
                    return ModelEvaluation.Measure(reference, [logits], windows, EvaluationProtocol.Paper)[0];
                }

                rows.Add(new BlockFidelityRow(name, type, weighted, Report(BlockContest.Ours), Report(BlockContest.Theirs)));
                Console.WriteLine(rows[^1]);
            }
        }

        return rows;
    }

    /// <summary>Mean squares of every weight's inputs on the model's usual calibration text.</summary>
    private static Func<string, float[]> Importance(ReferenceModel model, string folder, string shared, WorkFolder work)
    {
        var calibration = model.Calibrations[0];
        string text = work.Of("calibration.txt");
        File.WriteAllText(text, calibration.Text.Read(shared));
        Recipe recipe = Recipe.Parse(new Dictionary<string, string>
        {
            ["Calibration"] = text,
            ["CalibrationSamples"] = calibration.Samples.ToString(CultureInfo.InvariantCulture),
            ["CalibrationLength"] = calibration.Length.ToString(CultureInfo.InvariantCulture),
        });
        using PackJob job = PackJob.Open(new PackRequest(folder, recipe, PackStore.Open(work.Of("store"))), null, default);
        using var context = new CalibrationContext(job, job.RowsToCalibrateWith(default), null, default);
        InputImportance measured = InputImportance.Measure(context);
        var byName = job.Source.Architecture.Weights.ToDictionary(weight => weight.Name, weight => measured.Of(weight).ToArray(), StringComparer.Ordinal);
        return name => byName[name];
    }
}
