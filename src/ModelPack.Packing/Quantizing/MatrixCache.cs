using System.Runtime.InteropServices;
using ModelPack.Packing.Architectures;
using ModelPack.Packing.Store;
using ModelPack.Quantization;

namespace ModelPack.Packing.Quantizing;

/// <summary>Decisions about matrices in the store, so that an interrupted or slightly changed run does not repeat them.</summary>
internal static class MatrixCache
{
    // Squared norms, then the calibrated errors or NaN.
    private const int Notes = 6;

    /// <summary>Reads a decision, or null when the store has none.</summary>
    public static QuantizationOutcome? TryRead(PackStore store, string key, QuantizationScheme scheme, DecoderWeight weight) => TryRead(store, key, scheme, weight.Rows, weight.Columns);

    /// <summary>Reads a decision, or null when the store has none.</summary>
    public static QuantizationOutcome? TryRead(PackStore store, string key, QuantizationScheme scheme, int rows, int columns)
    {
        var matrix = new QuantizedMatrix(
            scheme,
            rows,
            columns,
            new byte[(long)rows * scheme.CodeBytesPerRow(columns)],
            new Half[(long)rows * scheme.GroupsPerRow(columns)],
            new byte[(long)rows * scheme.ZeroPointBytesPerRow(columns)]);
        Span<double> notes = stackalloc double[Notes];
        return store.TryReadTensor(key, matrix.Codes, MemoryMarshal.AsBytes(matrix.Scales.AsSpan()), matrix.ZeroPoints, MemoryMarshal.AsBytes(notes))
            ? new QuantizationOutcome(matrix, notes[0], notes[1]) { Calibrated = double.IsNaN(notes[5]) ? null : new CalibratedError(notes[2], notes[3], notes[4] > 0, notes[5]) }
            : null;
    }

    /// <summary>Keeps a decision.</summary>
    public static void Write(PackStore store, string key, QuantizationOutcome outcome)
    {
        CalibratedError? error = outcome.Calibrated;
        ReadOnlySpan<double> notes =
        [
            outcome.WeightNorm, outcome.ErrorNorm, error?.Error ?? 0, error?.RoundToNearest ?? 0, error?.Kept == true ? 1 : 0, error?.Damping ?? double.NaN,
        ];
        store.WriteTensor(key, outcome.Matrix.Codes, MemoryMarshal.AsBytes(outcome.Matrix.Scales.AsSpan()), outcome.Matrix.ZeroPoints, MemoryMarshal.AsBytes(notes));
    }
}
