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
        new(EvaluationErrors.PerplexityOverLimit, "MaxPerplexityIncrease", recipe => recipe.MaxPerplexityIncrease, evaluation => evaluation.PerplexityIncrease, IsMost: true, (evaluation, limit) =>
            $"perplexity grew by {Percent(evaluation.PerplexityIncrease)} +- {Percent(evaluation.PerplexityIncreaseStandardError)} ({Number(evaluation.ReferencePerplexity)} -> {Number(evaluation.Perplexity)}), MaxPerplexityIncrease allows {Percent((double)limit)}"),
        new(EvaluationErrors.DivergenceOverLimit, "MaxKlDivergence", recipe => recipe.MaxKlDivergence, evaluation => evaluation.KlDivergence, IsMost: true, (evaluation, limit) =>
            $"the mean KL divergence from the unquantized model is {Number(evaluation.KlDivergence)} +- {Number(evaluation.KlDivergenceStandardError)}, MaxKlDivergence allows {Number((double)limit)}"),
        new(EvaluationErrors.AgreementUnderLimit, "MinTopAgreement", recipe => recipe.MinTopAgreement, evaluation => evaluation.TopAgreement, IsMost: false, (evaluation, limit) =>
            $"the most likely token is the unquantized model's in {Percent(evaluation.TopAgreement)} +- {Percent(evaluation.TopAgreementStandardError)} of all predictions, MinTopAgreement asks for {Percent((double)limit)}"),
    ];

    /// <summary>True when the recipe has a limit.</summary>
    public static bool Any(Recipe recipe) => Limits.Any(limit => limit.Of(recipe) is not null);

    /// <summary>Names of the limits that a recipe sets.</summary>
    public static IEnumerable<string> Names(Recipe recipe) => Limits.Where(limit => limit.Of(recipe) is not null).Select(limit => limit.Name);

    /// <summary>Names of those among them that only a text can be measured for, whatever the source.</summary>
    public static IEnumerable<string> OfText(Recipe recipe) => Names(recipe).Where(name => name != "MinTopAgreement");

    /// <summary>Compares.</summary>
    /// <param name="recipe">The limits.</param>
    /// <param name="manifest">The packed model.</param>
    /// <exception cref="ModelPackException">MPK2030 to MPK2032: over a limit; the message names the first one in full, then the others.</exception>
    public static void Require(Recipe recipe, PackManifest manifest)
    {
        if (manifest.Evaluation is not { } evaluation)
        {
            return;
        }

        Limit[] broken = [.. Limits.Where(limit => limit.Breaks(recipe, evaluation))];
        if (broken.Length > 0)
        {
            string sentences = string.Join("; ", broken.Select(limit => limit.Describe(evaluation, limit.Of(recipe)!.Value)));
            throw new ModelPackException(
                broken[0].Code,
                $"{manifest.Name}: {sentences} ({evaluation.Tokens} predictions of {Path.GetFileName(recipe.EvaluationText)}). Nothing was published; {WayOut}.");
        }
    }

    private static string Number(double value) => value.ToString("G4", CultureInfo.InvariantCulture);

    private static string Percent(double share) => (100 * share).ToString("0.###", CultureInfo.InvariantCulture) + " %";

    private sealed record Limit(
        string Code, string Name, Func<Recipe, decimal?> Of, Func<ManifestEvaluation, double> Measured, bool IsMost, Func<ManifestEvaluation, decimal, string> Describe)
    {
        public bool Breaks(Recipe recipe, ManifestEvaluation evaluation) =>
            Of(recipe) is { } limit && (IsMost ? Measured(evaluation) > (double)limit : Measured(evaluation) < (double)limit);
    }
}
