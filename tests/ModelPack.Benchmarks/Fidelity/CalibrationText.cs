namespace ModelPack.Benchmarks.Fidelity;

/// <summary>What a calibrated method sees of a model's inputs.</summary>
/// <param name="Name">Name in the tables.</param>
/// <param name="Text">The text; the tool cuts it into rows by itself.</param>
/// <param name="Samples">Rows.</param>
/// <param name="Length">Tokens of a row.</param>
internal sealed record CalibrationText(string Name, TextSlice Text, int Samples, int Length);
