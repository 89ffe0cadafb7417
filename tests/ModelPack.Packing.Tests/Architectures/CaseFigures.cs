namespace ModelPack.Packing.Tests.Architectures;

/// <summary>How one case of the goldens came out.</summary>
/// <param name="Name">Name of the case.</param>
/// <param name="ModelType">config.json's model_type.</param>
/// <param name="Tolerance">Of the float32 logits, as the goldens define it.</param>
/// <param name="Whole">Largest difference from the reference of any logit: prompt, long prompt, padded batch, as far as the case has them.</param>
/// <param name="Steps">Largest difference of any logit while the reference's greedy tokens are fed one by one.</param>
/// <param name="Int8">Packed with 8 bits: largest difference of any logit from the float graph of the stored codes.</param>
/// <param name="Int4">The same with 4 bits.</param>
/// <param name="GenAi">The real ONNX Runtime GenAI and our runtime give the reference's greedy tokens.</param>
internal sealed record CaseFigures(string Name, string ModelType, float Tolerance, float Whole, float Steps, float Int8, float Int4, bool GenAi)
{
    /// <summary>Absolute tolerance of packed logits against the float graph of the stored codes.</summary>
    public const float PackedTolerance = 1e-3f;
}
