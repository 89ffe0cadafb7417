namespace ModelPack.Packing.Reports;

/// <summary>All weights of one kind in a report.</summary>
/// <param name="Kind">One of <see cref="WeightKinds"/>.</param>
/// <param name="Weights">How many there are.</param>
/// <param name="Values">Their values together.</param>
/// <param name="SourceBytes">Bytes in the source.</param>
/// <param name="Bytes">Bytes packed.</param>
/// <param name="BitsPerWeight">Bits packed by value.</param>
internal sealed record ReportKind(string Kind, int Weights, long Values, long SourceBytes, long Bytes, double BitsPerWeight);
