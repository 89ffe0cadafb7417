namespace ModelPack.Packing.Recipes;

public sealed partial record Recipe
{
    /// <summary>
    /// What this recipe says about one weight: the last override that matches its name, else the general settings. Method is for linear layers;
    /// head and embedding are rounded to nearest.
    /// </summary>
    /// <param name="weightName">Its published name, such as <c>model.layers.0.self_attn.q_proj.weight</c>.</param>
    /// <param name="place">Where it stands in the model.</param>
    /// <exception cref="ModelPackException">HeadBits and EmbeddingBits are both given, differ, and the model has one table for both (MPK1310).</exception>
    public WeightSetting Resolve(string weightName, WeightPlace place)
    {
        ArgumentNullException.ThrowIfNull(weightName);
        WeightOverride? rule = Overrides.LastOrDefault(rule => rule.Matches(weightName));
        return new WeightSetting(
            rule?.Bits ?? BitsOf(weightName, place),
            rule?.GroupSize ?? GroupSize,
            Symmetric,
            rule?.Method ?? (place == WeightPlace.Linear ? Method : QuantizationMethod.RoundToNearest));
    }

    /// <summary>The recipe for a source without codes of its own: bits that were not given are the default.</summary>
    internal Recipe WithBits() => Bits is null ? this with { Bits = QuantizesActivations ? 8 : DefaultBits } : this;

    /// <summary>Checks that every override is for at least one weight.</summary>
    /// <param name="weightNames">The names of all weights that can be quantized.</param>
    /// <exception cref="ModelPackException">A pattern matches none of them; the message suggests the nearest name (MPK1309).</exception>
    public void RequireOverridesMatch(IReadOnlyCollection<string> weightNames)
    {
        ArgumentNullException.ThrowIfNull(weightNames);
        foreach (WeightOverride rule in Overrides)
        {
            if (!weightNames.Any(rule.Matches))
            {
                string meant = NearestName.Find(rule.Pattern, weightNames) is { } nearest ? $" (did you mean '{nearest}'?)" : "";
                throw new ModelPackException(
                    RecipeErrors.OverrideMatchesNothing,
                    $"Override pattern '{rule.Pattern}' matches none of the {weightNames.Count} weights of the model{meant}; `dotnet modelpack plan` lists their names.");
            }
        }
    }

    private int BitsOf(string weightName, WeightPlace place) => place switch
    {
        WeightPlace.Head => HeadBits ?? DefaultTableBits,
        WeightPlace.Embedding => EmbeddingBits ?? DefaultTableBits,
        WeightPlace.TiedTable when HeadBits is { } head && EmbeddingBits is { } embedding && head != embedding =>
            throw new ModelPackException(
                RecipeErrors.TiedTableDisagrees,
                $"HeadBits is {head} and EmbeddingBits is {embedding}, but the model has one table for both ({weightName}); give only one of them, or both the same."),
        WeightPlace.TiedTable => HeadBits ?? EmbeddingBits ?? DefaultTableBits,
        _ => Bits ?? DefaultBits,
    };
}
