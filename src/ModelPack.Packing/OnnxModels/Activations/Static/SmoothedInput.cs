using ModelPack.Quantization.Activations;

namespace ModelPack.Packing.OnnxModels.Activations.Static;

/// <summary>Activations that are divided, channel by channel, before they become codes; the weights are multiplied by the same factors. Immutable.</summary>
/// <param name="Factors">[input channels].</param>
/// <param name="Scale">Scale of the divided activations.</param>
internal sealed record SmoothedInput(float[] Factors, AffineScale Scale);
