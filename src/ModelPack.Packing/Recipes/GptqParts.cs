namespace ModelPack.Packing.Recipes;

/// <summary>Parts of calibrated quantization that can be left out.</summary>
[Flags]
public enum GptqParts
{
    /// <summary>The sweep alone: columns from left to right, scales that span the range.</summary>
    None = 0,

    /// <summary>Columns in the order of falling activations, scales fixed before.</summary>
    Order = 1,

    /// <summary>Searched scales.</summary>
    Search = 2,

    /// <summary>Targets from the unquantized model's stream.</summary>
    Targets = 4,

    /// <summary>Targets where held-out calibration rows say that they help.</summary>
    AutomaticTargets = 8,

    /// <summary>Coordinate descent over the codes after the sweep.</summary>
    Descent = 16,

    /// <summary>Least-squares refit of the scales after the sweep.</summary>
    Refit = 32,

    /// <summary>Everything.</summary>
    All = Order | Search | AutomaticTargets | Descent | Refit,
}
