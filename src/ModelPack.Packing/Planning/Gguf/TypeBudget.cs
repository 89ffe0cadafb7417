using ModelPack.Formats.Gguf;
using ModelPack.Packing.Architectures;
using ModelPack.Packing.Recipes;
using ModelPack.Quantization.Allocation;
using ModelPack.Packing.Writing.Gguf;
using static ModelPack.Formats.Gguf.GgufTensorType;

namespace ModelPack.Packing.Planning.Gguf;

/// <summary>Chooses tensor types that together meet TargetBitsPerWeight or TargetSize. Weights that an override names keep what it says.</summary>
internal static class TypeBudget
{
    private static readonly GgufTensorType[] Wide = [Q2_K, Q3_K, IQ4_XS, Q4_K, Q5_K, Q6_K, Q8_0];
    private static readonly GgufTensorType[] Narrow = [IQ4_NL, Q4_1, Q5_0, Q5_1, Q8_0];

    // A code of one more bit halves the error: what is known before any weight is read.
    private static double TypicalError(GgufTensorType type) => Math.Pow(0.25, (double)type.BytesPerBlock() * 8 / type.ElementsPerBlock());

    /// <summary>The weights that types are chosen for; empty when there is no target. Rows that no block fits stay out.</summary>
    public static IReadOnlyList<TypeUnit> Units(DecoderArchitecture architecture, Recipe recipe) => !BitBudget.IsAsked(recipe) ? [] :
    [
        .. from tensor in TensorNames.Of(architecture)
           let weights = tensor.Parts.Select(part => part.Weight).ToArray()
           let weight = weights[0]
           where weight is { IsMatrix: true, Layer: not null } && !recipe.Overrides.Any(rule => weights.Any(part => rule.Matches(part.Name)))
           let types = (weight.Columns % Wide[0].ElementsPerBlock() == 0 ? Wide : Narrow).Where(type => weight.Columns % type.ElementsPerBlock() == 0).ToArray()
           where types.Length > 0
           select new TypeUnit(weights, types),
    ];

    /// <summary>Damage as far as it is known before any weight is read.</summary>
    public static double Typical(TypeUnit unit, GgufTensorType type) => unit.ElementCount * TypicalError(type);

    /// <summary>Chooses.</summary>
    /// <param name="units">The units.</param>
    /// <param name="otherBytes">Bytes of everything else in the packed folder.</param>
    /// <param name="damage">Damage of a type to a weight.</param>
    /// <param name="recipe">The target.</param>
    /// <exception cref="ModelPackException">MPK1605: not even the smallest types fit.</exception>
    public static IReadOnlyDictionary<string, WeightStorage> Choose(
        IReadOnlyList<TypeUnit> units, long otherBytes, Func<TypeUnit, GgufTensorType, double> damage, Recipe recipe)
    {
        long elements = units.Sum(unit => unit.ElementCount);
        long budget = recipe.TargetSize is { } size ? 8 * (size - otherBytes) : (long)(recipe.TargetBitsPerWeight!.Value * elements);
        AllocationUnit[] problem =
        [
            .. units.Select(unit => new AllocationUnit(unit.Name, [.. unit.Types.Select(type => new AllocationOption(type.ToString(), unit.Bits(type), damage(unit, type)))])),
        ];
        AllocationResult result = BudgetProblem.Solve(problem, budget, elements, recipe);
        return units
            .Zip(result.Choices, (unit, choice) => (unit.Weights, Storage: (WeightStorage)new WeightStorage.Blocks(Enum.Parse<GgufTensorType>(choice.Name))))
            .SelectMany(chosen => chosen.Weights.Select(weight => (weight.Name, chosen.Storage)))
            .ToDictionary(chosen => chosen.Name, chosen => chosen.Storage, StringComparer.Ordinal);
    }
}
