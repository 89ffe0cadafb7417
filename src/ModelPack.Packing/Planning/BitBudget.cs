using ModelPack.Packing.Architectures;
using ModelPack.Packing.Calibration;
using ModelPack.Packing.Recipes;
using ModelPack.Quantization;
using ModelPack.Quantization.Allocation;

namespace ModelPack.Packing.Planning;

/// <summary>Spreads the bits of TargetBitsPerWeight or TargetSize over the linear weights. Weights that an override names keep what it says.</summary>
internal static class BitBudget
{
    private static readonly int[] Widths = [2, 4, 8];
    private static readonly int[] Groups = [16, 32, 64, 128];

    // Squared error of a weight by its variance, for Gaussian weights in groups of 32 with searched scales: what is known before any weight is read.
    private static readonly Dictionary<int, double> TypicalDamage = new() { [2] = 0.12, [4] = 0.0059, [8] = 2.3e-5 };

    /// <summary>True when the recipe has a target.</summary>
    public static bool IsAsked(Recipe recipe) => recipe.TargetBitsPerWeight is not null || recipe.TargetSize is not null;

    /// <summary>The weights that bits are spread over.</summary>
    public static IReadOnlyList<BudgetUnit> Units(DecoderArchitecture architecture, Recipe recipe)
    {
        QuantizationScheme[] schemes = [.. from bits in Widths from size in Groups select new QuantizationScheme(bits, size, recipe.Symmetric)];
        return
        [
            .. from block in DecoderBlockList.Of(architecture)
               from linears in block.LinearsByBudget
               let weights = linears.Select(linear => linear.Weight).Where(weight => !recipe.Overrides.Any(rule => rule.Matches(weight.Name))).ToArray()
               where weights.Length > 0
               select new BudgetUnit(weights, schemes),
        ];
    }

    /// <summary>Bits that the units may take.</summary>
    /// <param name="units">The units.</param>
    /// <param name="recipe">The target.</param>
    /// <param name="otherBytes">Bytes of everything else in the packed folder.</param>
    public static long Bits(IReadOnlyList<BudgetUnit> units, Recipe recipe, long otherBytes) => recipe.TargetSize is { } size
        ? 8 * (size - otherBytes)
        : (long)(recipe.TargetBitsPerWeight!.Value * units.Sum(unit => unit.Elements));

    /// <summary>Damage as far as it is known before any weight is read.</summary>
    public static double Typical(BudgetUnit unit, QuantizationScheme scheme) =>
        unit.Elements * TypicalDamage[scheme.Bits] * Math.Sqrt(Math.Log2(scheme.GroupSize));

    /// <summary>Chooses.</summary>
    /// <param name="units">The units.</param>
    /// <param name="budget">Bits.</param>
    /// <param name="damage">Damage of a scheme in a unit.</param>
    /// <param name="recipe">For the message.</param>
    /// <exception cref="ModelPackException">MPK1605: not even the smallest schemes fit.</exception>
    public static IReadOnlyDictionary<string, WeightStorage> Choose(
        IReadOnlyList<BudgetUnit> units, long budget, Func<BudgetUnit, QuantizationScheme, double> damage, Recipe recipe)
    {
        AllocationUnit[] problem =
        [
            .. units.Select(unit => new AllocationUnit(
                unit.Name, [.. unit.Schemes.Select((scheme, index) => new AllocationOption(index.ToString(System.Globalization.CultureInfo.InvariantCulture), unit.Bits(scheme), damage(unit, scheme)))])),
        ];
        AllocationResult result = BudgetProblem.Solve(problem, budget, units.Sum(unit => unit.Elements), recipe);
        var storage = new Dictionary<string, WeightStorage>(StringComparer.Ordinal);
        for (int i = 0; i < units.Count; i++)
        {
            QuantizationScheme scheme = units[i].Schemes[int.Parse(result.Choices[i].Name, System.Globalization.CultureInfo.InvariantCulture)];
            foreach (DecoderWeight weight in units[i].Weights)
            {
                storage[weight.Name] = new WeightStorage.Quantized(scheme);
            }
        }

        return storage;
    }
}
