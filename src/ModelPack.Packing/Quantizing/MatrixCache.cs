using System.Runtime.InteropServices;
using ModelPack.Packing.Architectures;
using ModelPack.Packing.Store;
using ModelPack.Quantization;

namespace ModelPack.Packing.Quantizing;

/// <summary>Decisions about matrices in the store, so that an interrupted or slightly changed run does not repeat them.</summary>
internal static class MatrixCache
{
    private const int Norms = 2;

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
        Span<double> norms = stackalloc double[Norms];
        return store.TryReadTensor(key, matrix.Codes, MemoryMarshal.AsBytes(matrix.Scales.AsSpan()), matrix.ZeroPoints, MemoryMarshal.AsBytes(norms))
            ? new QuantizationOutcome(matrix, norms[0], norms[1])
            : null;
    }

    /// <summary>Keeps a decision.</summary>
    public static void Write(PackStore store, string key, QuantizationOutcome outcome)
    {
        ReadOnlySpan<double> norms = [outcome.WeightNorm, outcome.ErrorNorm];
        store.WriteTensor(key, outcome.Matrix.Codes, MemoryMarshal.AsBytes(outcome.Matrix.Scales.AsSpan()), outcome.Matrix.ZeroPoints, MemoryMarshal.AsBytes(norms));
    }
}
