using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using ModelPack.Packing.Stages;

namespace ModelPack.Packing.Calibration;

/// <summary>Float32 [tokens, width] somewhere in memory that does not move; the owner keeps it alive.</summary>
/// <param name="Address">First value.</param>
/// <param name="Tokens">Tokens.</param>
/// <param name="Width">Values of a token.</param>
internal readonly record struct RowTensor(nint Address, int Tokens, int Width)
{
    /// <summary>One row of activations.</summary>
    public static RowTensor Of(HiddenStates states, int row) => new(states.Address(row), states.Tokens, states.Width);

    /// <summary>The row as a tensor [1, tokens, width] over the same memory.</summary>
    public OrtValue ToValue() => OrtValue.CreateTensorValueWithData(
        OrtMemoryInfo.DefaultInstance, TensorElementType.Float, [1, Tokens, Width], Address, (long)Tokens * Width * sizeof(float));
}
