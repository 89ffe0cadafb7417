using ModelPack.Formats.Gguf;

namespace ModelPack.Benchmarks.GgmlBlocks;

/// <summary>A type beside ggml, with importances or without.</summary>
/// <param name="Type">The type.</param>
/// <param name="Weighted">With importances.</param>
/// <param name="Errors">By kind of sample: squared error, weighted by the importances, as a share of the values' own; ours and ggml's.</param>
/// <param name="Nanoseconds">A weight on one core, ours, packing into bytes included.</param>
/// <param name="GgmlNanoseconds">The same of ggml.</param>
internal sealed record BlockRow(
    GgufTensorType Type, bool Weighted, IReadOnlyDictionary<string, (double Ours, double Ggml)> Errors, double Nanoseconds, double GgmlNanoseconds)
{
    public double SpeedUp => GgmlNanoseconds / Nanoseconds;
}
