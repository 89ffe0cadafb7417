using Microsoft.Extensions.Logging;
using ModelPack.Runtime.Sessions;

namespace ModelPack.Runtime;

/// <summary>How a packed model is opened. Immutable.</summary>
public sealed record PackedModelOptions
{
    /// <summary>Everything by default.</summary>
    public static PackedModelOptions Default { get; } = new();

    /// <summary>Where the model runs; by default CUDA when possible, else CPU.</summary>
    public ExecutionProviderChoice Provider { get; init; } = ExecutionProviderChoice.Automatic;

    /// <summary>Threads that compute; 0: one for each physical core. All texts of the model share them.</summary>
    public int Threads { get; init; }

    /// <summary>
    /// Whether waiting threads spin between the steps of a computation: faster on a machine of one's own, a burden to
    /// neighbours on a shared one.
    /// </summary>
    public bool AllowSpinning { get; init; } = true;

    /// <summary>
    /// Whether the keys and values of the last text are kept, so that a next prompt with the same beginning starts further on.
    /// The text generated is the same either way.
    /// </summary>
    public bool ReusePrompts { get; init; } = true;

    /// <summary>Told which execution provider was taken and why, and given ONNX Runtime's own messages.</summary>
    public ILogger? Logger { get; init; }
}
