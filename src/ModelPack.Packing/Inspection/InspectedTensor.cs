namespace ModelPack.Packing.Inspection;

/// <summary>One stored tensor.</summary>
/// <param name="Name">Its name in the file.</param>
/// <param name="Type">Its element type, lower case: <c>bfloat16</c>, <c>uint8</c>; in GGUF ggml's name: <c>q4_k</c>.</param>
/// <param name="Shape">Its dimensions.</param>
/// <param name="Bytes">Bytes it takes in the file.</param>
public sealed record InspectedTensor(string Name, string Type, IReadOnlyList<long> Shape, long Bytes);
