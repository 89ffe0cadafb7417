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
    public static QuantizationOutcome? TryRead(PackStore store, string key, QuantizationScheme scheme, DecoderWeight weight)
    {
        var matrix = new QuantizedMatrix(
            scheme,
            weight.Rows,
            weight.Columns,
            new byte[(long)weight.Rows * scheme.CodeBytesPerRow(weight.Columns)],
            new Half[(long)weight.Rows * scheme.GroupsPerRow(weight.Columns)],
            new byte[(long)weight.Rows * scheme.ZeroPointBytesPerRow(weight.Columns)]);
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
