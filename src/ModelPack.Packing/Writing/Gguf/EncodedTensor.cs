namespace ModelPack.Packing.Writing.Gguf;

/// <summary>The bytes of a quantized tensor and how far they are from the source.</summary>
/// <param name="Bytes">Blocks, row by row.</param>
/// <param name="WeightNorm">Squared norm of the source.</param>
/// <param name="ErrorNorm">Squared norm of the difference.</param>
/// <param name="WeighedError">The difference's squares weighed by the inputs' importance; all inputs count 1 where there is none.</param>
internal sealed record EncodedTensor(byte[] Bytes, double WeightNorm, double ErrorNorm, double WeighedError)
{
    /// <summary>Norm of the difference by the norm of the source; 0 for a tensor of zeros.</summary>
    public double RelativeError => WeightNorm == 0 ? 0 : Math.Sqrt(ErrorNorm / WeightNorm);
}
