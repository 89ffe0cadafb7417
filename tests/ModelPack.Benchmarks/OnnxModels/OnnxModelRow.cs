namespace ModelPack.Benchmarks.OnnxModels;

/// <summary>What was measured for one model in one mode.</summary>
/// <param name="Model">The model.</param>
/// <param name="Mode">How it was packed.</param>
/// <param name="Bytes">Bytes of graph and data.</param>
/// <param name="SourceBytes">Bytes of the source file.</param>
/// <param name="SpeedUp">Time of the float model by time of the packed one, in the same run.</param>
/// <param name="Error">Norm of the difference of all outputs to the float model's, by their norm.</param>
/// <param name="Decisions">Equal decisions, in words.</param>
/// <param name="Equal">True when all are equal.</param>
/// <param name="Quantized">Operators that became others.</param>
/// <param name="Stayed">Operators with weights that stayed float, by type.</param>
internal sealed record OnnxModelRow(string Model, string Mode, long Bytes, long SourceBytes, double SpeedUp, double Error, string Decisions, bool Equal, int Quantized, IReadOnlyList<(string Type, int Count, string Reason)> Stayed);
