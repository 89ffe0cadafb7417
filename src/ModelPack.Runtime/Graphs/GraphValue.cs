using Microsoft.ML.OnnxRuntime.Tensors;

namespace ModelPack.Runtime.Graphs;

/// <summary>What a model declares about one of its inputs or outputs. Immutable, thread-safe.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Element type; <see cref="TensorElementType.DataTypeMax"/> for what is no tensor.</param>
/// <param name="Dimensions">Sizes; -1 where the model leaves one open. Empty for a scalar, and where the rank is not declared.</param>
/// <param name="DimensionNames">Names of the open sizes, such as <c>batch</c>; empty for fixed and nameless ones.</param>
public sealed record GraphValue(string Name, TensorElementType Type, IReadOnlyList<int> Dimensions, IReadOnlyList<string> DimensionNames)
{
    /// <summary>For example <c>Float [batch, 3, 224, 224]</c>.</summary>
    public override string ToString() => $"{Type} [{string.Join(", ", Dimensions.Select((size, axis) => size >= 0 ? $"{size}" : axis < DimensionNames.Count && DimensionNames[axis].Length > 0 ? DimensionNames[axis] : "?"))}]";
}
