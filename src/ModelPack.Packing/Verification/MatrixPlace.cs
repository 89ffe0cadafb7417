namespace ModelPack.Packing.Verification;

/// <summary>Where a quantized matrix lies: a file beside the model and byte offsets in it.</summary>
/// <param name="File">Name of the data file.</param>
/// <param name="Codes">Offset of the codes.</param>
/// <param name="Scales">Offset of the scales.</param>
/// <param name="ZeroPoints">Offset of the zero points, offsets or minimums; no meaning where there are none.</param>
internal sealed record MatrixPlace(string File, long Codes, long Scales, long ZeroPoints);
