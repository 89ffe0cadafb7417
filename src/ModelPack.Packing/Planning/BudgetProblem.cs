using ModelPack.Packing.Calibration;
using ModelPack.Packing.Recipes;
using ModelPack.Quantization.Allocation;

namespace ModelPack.Packing.Planning;

/// <summary>The choice of one way of storing for each unit, whatever the ways are.</summary>
internal static class BudgetProblem
{
    /// <summary>Chooses.</summary>
    /// <param name="units">Units with their options.</param>
    /// <param name="budget">Bits that all units together may take.</param>
    /// <param name="elements">Weights of all units together.</param>
    /// <param name="recipe">For the message.</param>
    /// <exception cref="ModelPackException">MPK1605: not even the smallest options fit.</exception>
    public static AllocationResult Solve(AllocationUnit[] units, long budget, long elements, Recipe recipe)
    {
        AllocationResult result = BitAllocator.Choose(units, budget);
        if (result.IsFeasible)
        {
            return result;
        }

        double smallest = (double)result.SmallestBits / Math.Max(1, elements);
        throw new ModelPackException(
            CalibrationErrors.TargetTooSmall,
            recipe.TargetSize is { } size
                ? $"TargetSize {ByteText.Of(size)} cannot be met: the linear weights take {ByteText.Of(result.SmallestBits / 8)} at least, the rest of the model {ByteText.Of(size - (budget / 8))}; give a larger size, or fewer HeadBits and EmbeddingBits."
                : $"TargetBitsPerWeight {recipe.TargetBitsPerWeight} cannot be met: the linear weights take {smallest:F3} bits each at least; give a larger target.");
    }
}
