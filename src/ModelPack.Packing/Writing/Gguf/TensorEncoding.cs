using System.Buffers;
using ModelPack.Formats.Gguf;
using ModelPack.Packing.Quantizing;

namespace ModelPack.Packing.Writing.Gguf;

/// <summary>Quantizes a tensor's rows on several cores; the result does not depend on their number.</summary>
internal static class TensorEncoding
{
    // Floats of a piece of work: 1 MB, which stays in a core's cache.
    private const int PieceFloats = 1 << 18;

    /// <summary>Encodes a tensor.</summary>
    /// <param name="rows">The rows in the order of the file; read from several threads at once.</param>
    /// <param name="type">A type with blocks that the rows are whole numbers of.</param>
    /// <param name="importance">Weight of each input's squared error; empty when all count the same.</param>
    /// <param name="parallel">Cores and cancellation.</param>
    /// <exception cref="ModelPackException">MPK1406: a value is NaN or infinite.</exception>
    public static EncodedTensor Encode(IWeightRows rows, GgufTensorType type, ReadOnlyMemory<float> importance, ParallelOptions parallel)
    {
        int columns = rows.Columns;
        int rowBytes = columns / type.ElementsPerBlock() * type.BytesPerBlock();
        var bytes = new byte[(long)rows.Rows * rowBytes];
        int step = Math.Max(1, PieceFloats / columns);
        int pieces = (rows.Rows + step - 1) / step;
        var norms = new (double Weight, double Error, double Weighed)[pieces];
        RowBlocks.Run(pieces, parallel, piece =>
        {
            int first = piece * step;
            int count = Math.Min(step, rows.Rows - first);
            float[] values = ArrayPool<float>.Shared.Rent(count * columns);
            float[] restored = ArrayPool<float>.Shared.Rent(count * columns);
            try
            {
                Span<float> weights = values.AsSpan(0, count * columns);
                Span<float> decoded = restored.AsSpan(0, count * columns);
                rows.Read(first, count, weights);
                FiniteRows.Require(rows.Name, rows.File, columns, (long)first * columns, weights);
                Span<byte> blocks = bytes.AsSpan(first * rowBytes, count * rowBytes);
                BlockEncoding.Encode(type, weights, columns, importance.Span, blocks);
                GgufBlocks.ToFloat32(type, blocks, decoded);
                (double weight, double error) = SquaredNorms.Of(weights, decoded);
                norms[piece] = (weight, error, importance.IsEmpty ? error : WeighedSquares.Of(weights, decoded, importance.Span));
            }
            finally
            {
                ArrayPool<float>.Shared.Return(values);
                ArrayPool<float>.Shared.Return(restored);
            }
        });
        rows.Release();
        return new EncodedTensor(bytes, norms.Sum(norm => norm.Weight), norms.Sum(norm => norm.Error), norms.Sum(norm => norm.Weighed));
    }
}
