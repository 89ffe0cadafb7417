namespace ModelPack.Quantization.Allocation;

/// <summary>Weights that are stored alike, such as the query, key and value projections of a layer.</summary>
/// <param name="Name">What the caller calls it.</param>
/// <param name="Options">The ways to store it, at least one, in any order.</param>
public sealed record AllocationUnit(string Name, IReadOnlyList<AllocationOption> Options);
