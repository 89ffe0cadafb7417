namespace ModelPack.Packing.Inspection;

/// <summary>What a model file or folder holds.</summary>
/// <param name="Format"><c>packed</c>, <c>huggingface</c>, <c>safetensors</c>, <c>onnx</c> or <c>gguf</c>.</param>
/// <param name="Files">Full paths of the files that were read.</param>
/// <param name="Tensors">Every stored tensor, ordered by name.</param>
/// <param name="Metadata">What the files say about themselves, by name.</param>
/// <param name="Bytes">Bytes of all tensors; those that share their bytes count once.</param>
/// <param name="BitsPerWeight">
/// Stored bits of the weight matrices (codes, scales and zero points, or floats) divided by the number of weights they
/// stand for; 0 when there is no matrix.
/// </param>
public sealed record InspectedModel(
    string Format,
    IReadOnlyList<string> Files,
    IReadOnlyList<InspectedTensor> Tensors,
    IReadOnlyList<KeyValuePair<string, string>> Metadata,
    long Bytes,
    double BitsPerWeight);
