using ModelPack.Packing.OnnxModels.Running;
using ModelPack.Packing.OnnxModels.Samples;

namespace ModelPack.Benchmarks.OnnxModels;

/// <summary>A published model with inputs that it is judged on.</summary>
/// <param name="Name">Name in the page.</param>
/// <param name="File">The .onnx file.</param>
/// <param name="Inputs">What the inputs are, in words.</param>
/// <param name="Calibration">Inputs that static ranges are measured on.</param>
/// <param name="Run">Runs a model over the reference inputs: outputs in order, one list of numbers for each input.</param>
/// <param name="Decide">Compares the float model's outputs with another's: the share of equal decisions, in words, and whether all are equal.</param>
internal sealed record ReferenceTask(
    string Name,
    string File,
    string Inputs,
    IReadOnlyList<SampleInput> Calibration,
    Func<ModelSession, IReadOnlyList<float[]>> Run,
    Func<IReadOnlyList<float[]>, IReadOnlyList<float[]>, (string Text, bool Equal)> Decide);
