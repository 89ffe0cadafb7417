namespace ModelPack.Quantization.Allocation;

/// <summary>What <see cref="BitAllocator"/> decided. Immutable, thread-safe.</summary>
/// <param name="IsFeasible">False when even the smallest options exceed the budget; the choices are then the smallest ones.</param>
/// <param name="SmallestBits">Sum of every unit's smallest option: no budget below it can be met.</param>
/// <param name="Choices">The option of each unit, in the order of the units.</param>
/// <param name="Bits">Sum of the choices' bits.</param>
/// <param name="Damage">Sum of the choices' damage.</param>
/// <param name="DamageBound">No choice within the budget has less damage than this, but for rounding; equal to <paramref name="Damage"/> where the choice is proven best.</param>
public sealed record AllocationResult(
    bool IsFeasible, long SmallestBits, IReadOnlyList<AllocationOption> Choices, long Bits, double Damage, double DamageBound);
