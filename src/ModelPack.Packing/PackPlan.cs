using ModelPack.Packing.Planning;

namespace ModelPack.Packing;

/// <summary>What packing would do. Immutable.</summary>
/// <param name="Name">Name of the model.</param>
/// <param name="Key">SHA-256 over engine version, recipe and source bytes, lower-case hexadecimal.</param>
/// <param name="Folder">Where the store has it or will have it.</param>
/// <param name="Files">Names of the files the packed folder holds.</param>
/// <param name="Inputs">Every source file the key depends on, full paths; for samples of ONNX models their folders too, which change when one is added.</param>
/// <param name="Weights">One entry a matrix or vector of the model.</param>
/// <param name="SourceBytes">Bytes of the weights as the source stores them.</param>
/// <param name="OutputBytes">Estimated bytes of the packed folder; exact for the weights.</param>
/// <param name="PeakMemoryBytes">Estimated peak of resident memory.</param>
/// <param name="DiskBytes">Bytes that packing needs in the store: the folder and the tensors kept for the next run.</param>
/// <param name="Cached">True when the store has the result already.</param>
public sealed record PackPlan(
    string Name,
    string Key,
    string Folder,
    IReadOnlyList<string> Files,
    IReadOnlyList<string> Inputs,
    IReadOnlyList<PlannedWeight> Weights,
    long SourceBytes,
    long OutputBytes,
    long PeakMemoryBytes,
    long DiskBytes,
    bool Cached)
{
    /// <summary>True when the recipe sets limits that only packing can check, because the store does not have the model.</summary>
    public bool LimitsPending { get; init; }

    /// <summary>Bits of codes, scales and zero points by weight, over all weights.</summary>
    public double BitsPerWeight => Weights.Count == 0
        ? 0
        : Weights.Sum(weight => (double)weight.Bytes) * 8 / Weights.Sum(weight => (double)weight.Shape[0] * weight.Shape[1]);
}
