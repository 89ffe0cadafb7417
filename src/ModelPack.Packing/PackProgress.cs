namespace ModelPack.Packing;

/// <summary>Where the road is, for a progress display. Reported often; cheap to create.</summary>
/// <param name="Model">Name of the model.</param>
/// <param name="Stage">hash, quantize, verify, evaluate or store.</param>
/// <param name="DoneBytes">Source bytes finished in this stage.</param>
/// <param name="TotalBytes">Source bytes of this stage.</param>
/// <param name="Item">The tensor or file just finished, when there is one.</param>
public sealed record PackProgress(string Model, string Stage, long DoneBytes, long TotalBytes, string? Item = null);
