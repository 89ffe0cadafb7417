using ModelPack.Packing.Manifests;
using ModelPack.Packing.Sources;

namespace ModelPack.Packing.Reports;

/// <summary>Makes a report's content from what the manifest says.</summary>
internal static class ReportBuilder
{
    /// <summary>Collects what is known about a language model.</summary>
    /// <param name="manifest">The manifest, its files without the report.</param>
    /// <param name="source">The source; its weights are in the manifest's order.</param>
    /// <param name="sample">Text of both models.</param>
    public static ReportData Build(PackManifest manifest, ModelSource source, ReportSample sample) => Build(
        manifest, [.. source.Architecture.Weights.Select(weight => new WeightOrigin(WeightKinds.Of(weight.Role), weight.Layer, source.BytesOf(weight)))]) with { Sample = sample };

    /// <summary>Collects what is known about any model.</summary>
    /// <param name="manifest">The manifest, its files without the report.</param>
    /// <param name="origins">What the source says about each weight, in the manifest's order.</param>
    public static ReportData Build(PackManifest manifest, IReadOnlyList<WeightOrigin> origins)
    {
        ReportWeight[] described = [.. manifest.Weights.Zip(origins, Describe)];
        return new ReportData
        {
            Name = manifest.Name,
            Key = manifest.Key,
            Engine = manifest.Engine,
            ModelType = manifest.Source.ModelType,
            Size = manifest.Size,
            Warnings = manifest.Calibration?.Warnings ?? [],
            Evaluation = manifest.Evaluation,
            Agreement = manifest.Agreement,
            Operators = manifest.Operators,
            Changes = manifest.Changes,
            Calibration = manifest.Calibration,
            Verification = manifest.Verification,
            Kinds = [.. WeightKinds.All.Select(kind => Sum(kind, described)).Where(kind => kind.Weights > 0)],
            Weights = described,
            Settings = [.. manifest.Recipe.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('=', 2)).Select(parts => new ReportSetting(parts[0], parts[^1]))],
            SourceFiles = manifest.Source.Files,
            Adapters = manifest.Adapters,
            Files = manifest.Files,
        };
    }

    private static ReportWeight Describe(ManifestWeight weight, WeightOrigin origin) => new(
        weight.Name,
        origin.Kind,
        origin.Layer,
        weight.Shape,
        weight.Bits,
        weight.GroupSize,
        weight.Symmetric,
        weight.Method,
        origin.SourceBytes,
        weight.Bytes,
        Math.Round(8.0 * weight.Bytes / Math.Max(1, weight.Shape.Aggregate(1L, (product, size) => product * size)), 4),
        weight.RelativeError)
    {
        Type = weight.Type,
        OutputError = weight.OutputError,
        RoundToNearestOutputError = weight.RoundToNearestOutputError,
        Note = weight.KeptRoundToNearest == true ? "round-to-nearest was no worse and was kept" : null,
    };

    private static ReportKind Sum(string kind, ReportWeight[] weights)
    {
        ReportWeight[] all = [.. weights.Where(weight => weight.Kind == kind)];
        long values = all.Sum(weight => weight.Shape.Aggregate(1L, (product, size) => product * size));
        long bytes = all.Sum(weight => weight.Bytes);
        return new ReportKind(kind, all.Length, values, all.Sum(weight => weight.SourceBytes), bytes, values == 0 ? 0 : Math.Round(8.0 * bytes / values, 4));
    }
}
