using ModelPack.Formats.Gguf;

namespace ModelPack.Packing.Planning.Gguf;

/// <summary>The type of a tensor.</summary>
/// <param name="Wanted">What the recipe gives it.</param>
/// <param name="Type">What its rows allow.</param>
internal readonly record struct PlannedType(GgufTensorType Wanted, GgufTensorType Type);
