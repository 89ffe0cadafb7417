namespace ModelPack.Packing.Tests.Architectures.Encoders;

/// <summary>How one encoder of the goldens came out.</summary>
/// <param name="Name">Name of the case.</param>
/// <param name="ModelType">config.json's model_type.</param>
/// <param name="Tolerance">Of the float32 states, as the goldens define it.</param>
/// <param name="Float">Largest difference from the reference of any state of the last layer: full, padded and short row.</param>
/// <param name="Int8">Packed as a folder with Bits="8" is: smallest cosine of any token's last state to the reference's.</param>
/// <param name="Int8WeightOnly">The same with Method="rtn".</param>
/// <param name="Int4">The same with Bits="4".</param>
internal sealed record EncoderFigures(string Name, string ModelType, float Tolerance, float Float, float Int8, float Int8WeightOnly, float Int4)
{
    /// <summary>Cosines that packed noise has to keep; real weights keep more (docs/encoders.md).</summary>
    public const float Int8Cosine = 0.99f;

    public const float Int8WeightOnlyCosine = 0.995f;

    public const float Int4Cosine = 0.8f;
}
