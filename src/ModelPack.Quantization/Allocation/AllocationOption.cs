namespace ModelPack.Quantization.Allocation;

/// <summary>One way to store a unit.</summary>
/// <param name="Name">What the caller calls it.</param>
/// <param name="Bits">Stored bits of the whole unit, 0 or more.</param>
/// <param name="Damage">What storing it so costs in fidelity, in any unit that may be added over units; finite.</param>
public sealed record AllocationOption(string Name, long Bits, double Damage);
