namespace ModelPack.Packing.Recipes;

/// <summary>How the codes of a weight are chosen.</summary>
public enum QuantizationMethod
{
    /// <summary>Round to nearest with searched scales and zero points.</summary>
    RoundToNearest,

    /// <summary>GPTQ: errors are pushed onto the inputs not yet quantized.</summary>
    Gptq,

    /// <summary>AWQ: inputs are scaled by their activations before rounding.</summary>
    Awq,

    /// <summary>AWQ's scales, then GPTQ.</summary>
    AwqGptq,

    /// <summary>Half-quadratic quantization: no calibration, a robust norm.</summary>
    Hqq,

    /// <summary>4-bit normal float codes.</summary>
    Nf4,

    /// <summary>4-bit float codes.</summary>
    Fp4,

    /// <summary>8-bit weights and activations; ranges of activations are taken while the model runs. For ONNX models.</summary>
    Dynamic,

    /// <summary>8-bit weights and activations; ranges of activations are measured on samples before. For ONNX models.</summary>
    Static,
}
