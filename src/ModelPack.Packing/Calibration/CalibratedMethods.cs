using ModelPack.Packing.Recipes;

namespace ModelPack.Packing.Calibration;

/// <summary>What a method needs to know about the inputs of a weight.</summary>
internal static class CalibratedMethods
{
    private static readonly Dictionary<QuantizationMethod, (bool UsesInputs, bool Scales, bool Sweeps)> Table = new()
    {
        [QuantizationMethod.RoundToNearest] = (false, false, false),
        [QuantizationMethod.Gptq] = (true, false, true),
        [QuantizationMethod.Awq] = (true, true, false),
        [QuantizationMethod.AwqGptq] = (true, true, true),
        [QuantizationMethod.Hqq] = (false, false, false),
        [QuantizationMethod.Nf4] = (false, false, false),
        [QuantizationMethod.Fp4] = (false, false, false),
        [QuantizationMethod.Dynamic] = (false, false, false),
        [QuantizationMethod.Static] = (false, false, false),
    };

    /// <summary>True when a weight's decision follows from its inputs on the quantized stream, and so from the decisions before it.</summary>
    public static bool UsesInputs(QuantizationMethod method) => Table[method].UsesInputs;

    /// <summary>True when inputs are scaled by their activations first.</summary>
    public static bool Scales(QuantizationMethod method) => Table[method].Scales;

    /// <summary>True when errors are pushed onto the inputs not yet quantized.</summary>
    public static bool Sweeps(QuantizationMethod method) => Table[method].Sweeps;
}
