namespace ModelPack.Packing.Planning;

/// <summary>How one weight will be stored.</summary>
/// <param name="Name">Name in the checkpoint.</param>
/// <param name="Shape">Outputs and inputs; a vector has one output.</param>
/// <param name="Bits">Bits of a code; 16 or 32 when not quantized.</param>
/// <param name="GroupSize">Inputs that share a scale; 0 when not quantized.</param>
/// <param name="Symmetric">True when no zero points are stored (and for floats).</param>
/// <param name="Method">How codes are chosen, as in a recipe; none when not quantized.</param>
/// <param name="Bytes">Codes, scales and zero points, or the float values.</param>
public sealed record PlannedWeight(string Name, IReadOnlyList<int> Shape, int Bits, int GroupSize, bool Symmetric, string Method, long Bytes)
{
    /// <summary>Type of the GGUF tensor; null in other formats.</summary>
    public string? Type { get; init; }
}
