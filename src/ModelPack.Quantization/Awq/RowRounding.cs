namespace ModelPack.Quantization.Awq;

/// <summary>Rounds whole rows to what their codes will stand for; each row by itself, thread-safe.</summary>
/// <param name="weights">[rows, columns].</param>
/// <param name="columns">Inputs of a row.</param>
/// <param name="rounded">[rows, columns], written.</param>
public delegate void RowRounding(ReadOnlySpan<float> weights, int columns, Span<float> rounded);
