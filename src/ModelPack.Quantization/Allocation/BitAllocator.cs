namespace ModelPack.Quantization.Allocation;

/// <summary>
/// Spreads a budget of bits over units so that their damage is least in sum: the multiple-choice knapsack. The steps on the convex
/// hulls, best gain first, come within one step of the optimum; the exact search then only looks at what the remaining gap allows.
/// Pure, thread-safe, deterministic: of equal damage the smaller choice wins.
/// </summary>
public static class BitAllocator
{
    /// <summary>Chooses one option for each unit.</summary>
    /// <param name="units">The units; an option that is larger and no better than another one of its unit is never chosen.</param>
    /// <param name="budgetBits">Bits that all choices may take together.</param>
    /// <exception cref="ArgumentException">A unit has no options, or an option has negative bits or a damage that is no number.</exception>
    /// <exception cref="OverflowException">The sizes do not fit 63 bits.</exception>
    public static AllocationResult Choose(IReadOnlyList<AllocationUnit> units, long budgetBits)
    {
        ArgumentNullException.ThrowIfNull(units);
        OptionFront[] fronts = [.. units.Select(Front)];
        long smallest = fronts.Aggregate(0L, (sum, front) => checked(sum + front.Options[0].Bits));
        long largest = fronts.Aggregate(0L, (sum, front) => checked(sum + front.Options[^1].Bits));
        if (smallest > budgetBits || largest <= budgetBits)
        {
            AllocationOption[] ends = [.. fronts.Select(front => smallest > budgetBits ? front.Options[0] : front.Options[^1])];
            return Result(smallest <= budgetBits, smallest, ends, null);
        }

        HullChoice start = HullChoice.Of(fronts, budgetBits);
        return Result(true, smallest, BoundedSearch.Improve(fronts, budgetBits, start, out bool proven), proven ? null : start.DamageBound);
    }

    private static OptionFront Front(AllocationUnit unit)
    {
        if (unit.Options.Count == 0 || unit.Options.Any(option => option.Bits < 0 || !double.IsFinite(option.Damage)))
        {
            throw new ArgumentException($"Unit '{unit.Name}' has no options, or one with negative bits or without a finite damage.");
        }

        return OptionFront.Of(unit.Options);
    }

    private static AllocationResult Result(bool feasible, long smallest, AllocationOption[] choices, double? bound)
    {
        double damage = choices.Sum(option => option.Damage);
        return new AllocationResult(feasible, smallest, choices, choices.Sum(option => option.Bits), damage, Math.Min(bound ?? damage, damage));
    }
}
