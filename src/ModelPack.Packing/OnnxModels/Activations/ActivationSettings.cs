using ModelPack.Quantization.Activations;

namespace ModelPack.Packing.OnnxModels.Activations;

/// <summary>What is asked of 8-bit weights and activations. Immutable.</summary>
internal sealed record ActivationSettings
{
    /// <summary>True: ranges of activations are fixed from samples; false: they are taken while the model runs.</summary>
    public bool IsStatic { get; init; }

    /// <summary>How a fixed range follows from what the samples showed.</summary>
    public RangeMethod Range { get; init; } = RangeMethod.MeanSquaredError;

    /// <summary>Smallest cosine between an output and the float model's on any sample.</summary>
    public double MinCosine { get; init; } = DefaultMinCosine;

    /// <summary>Smallest share of rows of the outputs whose largest entry is where the float model has it; null: not asked for.</summary>
    public double? MinTopAgreement { get; init; }

    /// <summary>Names of weights that stay as they are.</summary>
    public Func<string, bool> IsKept { get; init; } = _ => false;

    /// <summary>Cores of measuring; 0 means all. Changes no result.</summary>
    public int Threads { get; init; }

    /// <summary>What the outputs have to meet where the user gives no limit.</summary>
    public const double DefaultMinCosine = 0.99;
}
