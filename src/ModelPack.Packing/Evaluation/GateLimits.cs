using System.Globalization;
using ModelPack.Packing.Manifests;
using ModelPack.Packing.Recipes;

namespace ModelPack.Packing.Evaluation;

/// <summary>Compares what was measured with the limits of a recipe. The limits are no part of a model's key: a stored model is compared on every build.</summary>
internal static class GateLimits
{
    private const string WayOut = "use more bits, smaller groups or another Method, or raise the limit";

    private static readonly Limit[] Limits =
    [
        new(EvaluationErrors.PerplexityOverLimit, "MaxPerplexityIncrease", recipe => recipe.MaxPerplexityIncrease, manifest => manifest.Evaluation?.PerplexityIncrease, IsMost: true, (manifest, limit) => manifest.Evaluation is not { } evaluation ? "" :
            $"perplexity grew by {Percent(evaluation.PerplexityIncrease)} +- {Percent(evaluation.PerplexityIncreaseStandardError)} ({Number(evaluation.ReferencePerplexity)} -> {Number(evaluation.Perplexity)}), MaxPerplexityIncrease allows {Percent((double)limit)}"),
        new(EvaluationErrors.DivergenceOverLimit, "MaxKlDivergence", recipe => recipe.MaxKlDivergence, manifest => manifest.Evaluation?.KlDivergence, IsMost: true, (manifest, limit) => manifest.Evaluation is not { } evaluation ? "" :
            $"the mean KL divergence from the unquantized model is {Number(evaluation.KlDivergence)} +- {Number(evaluation.KlDivergenceStandardError)}, MaxKlDivergence allows {Number((double)limit)}"),
        new(EvaluationErrors.AgreementUnderLimit, "MinTopAgreement", recipe => recipe.MinTopAgreement, manifest => manifest.Evaluation?.TopAgreement ?? manifest.Agreement?.TopAgreement, IsMost: false, (manifest, limit) => manifest.Evaluation is { } evaluation
            ? $"the most likely token is the unquantized model's in {Percent(evaluation.TopAgreement)} +- {Percent(evaluation.TopAgreementStandardError)} of all predictions, MinTopAgreement asks for {Percent((double)limit)}"
            : $"the largest value of the output stands where the unquantized model has it in {Percent(manifest.Agreement?.TopAgreement ?? 0)} of all rows, MinTopAgreement asks for {Percent((double)limit)}"),
        new(EvaluationErrors.CosineUnderLimit, "MinCosine", recipe => recipe.MinCosine, manifest => manifest.Agreement?.Cosine, IsMost: false, (manifest, limit) =>
            $"the smallest cosine between an output and the unquantized model's is {Number(manifest.Agreement?.Cosine ?? 0)}, MinCosine asks for {Number((double)limit)}"),
    ];

    /// <summary>True when the recipe has a limit.</summary>
    public static bool Any(Recipe recipe) => Limits.Any(limit => limit.Of(recipe) is not null);

    /// <summary>Names of the limits that a recipe sets.</summary>
    public static IEnumerable<string> Names(Recipe recipe) => Limits.Where(limit => limit.Of(recipe) is not null).Select(limit => limit.Name);

    /// <summary>Names of those among them that only a text can be measured for, whatever the source.</summary>
    public static IEnumerable<string> OfText(Recipe recipe) => Names(recipe).Where(name => name is not ("MinTopAgreement" or "MinCosine"));

    /// <summary>Compares.</summary>
    /// <param name="recipe">The limits.</param>
    /// <param name="manifest">The packed model.</param>
    /// <exception cref="ModelPackException">MPK2030 to MPK2034: over a limit, or nothing was measured; the message names the first one in full, then the others.</exception>
    public static void Require(Recipe recipe, PackManifest manifest)
    {
        if (Limits.FirstOrDefault(limit => limit.Of(recipe) is not null && limit.Measured(manifest) is null) is { } unmeasured)
        {
            throw new ModelPackException(
                EvaluationErrors.NotMeasured,
                $"{manifest.Name}: {unmeasured.Name} is given and nothing was measured that it is about; name a folder of samples with Calibration, and see the outputs in report.html.");
        }

        Limit[] broken = [.. Limits.Where(limit => limit.Breaks(recipe, manifest))];
        if (broken.Length > 0)
        {
            string sentences = string.Join("; ", broken.Select(limit => limit.Describe(manifest, limit.Of(recipe)!.Value)));
            string basis = manifest.Evaluation is { } evaluation ? $"{evaluation.Tokens} predictions of {Path.GetFileName(recipe.EvaluationText)}" : $"{manifest.Agreement?.Count} samples, {manifest.Agreement?.Samples}";
            throw new ModelPackException(broken[0].Code, $"{manifest.Name}: {sentences} ({basis}). Nothing was published; {WayOut}.");
        }
    }

    private static string Number(double value) => value.ToString("G4", CultureInfo.InvariantCulture);

    private static string Percent(double share) => (100 * share).ToString("0.###", CultureInfo.InvariantCulture) + " %";

    private sealed record Limit(
        string Code, string Name, Func<Recipe, decimal?> Of, Func<PackManifest, double?> Measured, bool IsMost, Func<PackManifest, decimal, string> Describe)
    {
        public bool Breaks(Recipe recipe, PackManifest manifest) =>
            Of(recipe) is { } limit && (IsMost ? Measured(manifest) > (double)limit : Measured(manifest) < (double)limit);
    }
}
