using System.Buffers;
using ModelPack.Packing.Architectures;
using ModelPack.Packing.Quantizing;
using ModelPack.Packing.Verification;
using ModelPack.Quantization;

namespace ModelPack.Packing.Writing;

/// <summary>Writes weights to their places in the data file and reads them back.</summary>
internal sealed class WeightWriter(DataFile data, GraphLayout layout, Func<DecoderWeight, IWeightRows> floats)
{
    // Values converted at a time.
    private const int ChunkFloats = 1 << 18;

    private readonly byte[] _readBack = new byte[1 << 20];

    /// <summary>Writes everything that depends on the configuration alone.</summary>
    public void WriteConstants()
    {
        foreach (ConstantPlace constant in layout.Constants)
        {
            data.Write(constant.Offset, constant.Bytes());
        }
    }

    /// <summary>Writes a weight that is not quantized: unchanged, or converted to the type of its initializer.</summary>
    /// <exception cref="ModelPackException">MPK1406: a value is NaN, infinite, or too large for float16.</exception>
    public void WriteValues(DecoderWeight weight, CancellationToken cancellation)
    {
        IWeightRows rows = floats(weight);
        int step = Math.Max(1, ChunkFloats / weight.Columns);
        float[] values = ArrayPool<float>.Shared.Rent(step * weight.Columns);
        byte[] bytes = ArrayPool<byte>.Shared.Rent(step * weight.Columns * sizeof(float));
        try
        {
            for (int row = 0; row < weight.Rows; row += step)
            {
                cancellation.ThrowIfCancellationRequested();
                int count = Math.Min(step, weight.Rows - row);
                long done = (long)row * weight.Columns;
                Span<float> chunk = values.AsSpan(0, count * weight.Columns);
                rows.Read(row, count, chunk);
                FiniteRows.Require(weight.Name, rows.File, weight.Columns, done, chunk);
                foreach (PartPlace place in layout.PlacesOf(weight))
                {
                    int size = FloatEncoding.Write(weight.Name, rows.File, chunk, place.Type, bytes);
                    data.Write(place.Offset + (done * (size / chunk.Length)), bytes.AsSpan(0, size));
                }
            }

            rows.Release();
        }
        finally
        {
            ArrayPool<float>.Shared.Return(values);
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    /// <summary>Writes a quantized weight and returns where it lies.</summary>
    public MatrixPlace WriteMatrix(DecoderWeight weight, QuantizedMatrix matrix)
    {
        var place = new MatrixPlace(layout.File, 0, 0, 0);
        foreach (PartPlace part in layout.PlacesOf(weight))
        {
            data.Write(part.Offset, BytesOf(matrix, part.Kind));
            place = part.Kind switch
            {
                PartKind.Codes => place with { Codes = part.Offset },
                PartKind.Scales => place with { Scales = part.Offset },
                _ => place with { ZeroPoints = part.Offset },
            };
        }

        return place;
    }

    /// <summary>Reads a quantized weight back from the file and compares it bit for bit with the decision.</summary>
    /// <exception cref="ModelPackException">MPK2001: they differ.</exception>
    public void VerifyMatrix(DecoderWeight weight, QuantizedMatrix matrix)
    {
        foreach (PartPlace part in layout.PlacesOf(weight))
        {
            ReadOnlySpan<byte> expected = BytesOf(matrix, part.Kind);
            for (int done = 0; done < expected.Length; done += _readBack.Length)
            {
                Span<byte> actual = _readBack.AsSpan(0, Math.Min(_readBack.Length, expected.Length - done));
                data.Read(part.Offset + done, actual);
                if (!actual.SequenceEqual(expected.Slice(done, actual.Length)))
                {
                    throw new ModelPackException(
                        VerificationErrors.BytesDiffer,
                        $"{layout.File}: the {part.Kind} of {weight.Name} read back from disk are not what was written; check the disk and pack again.");
                }
            }
        }
    }

    /// <summary>Reads a weight whose codes were kept back from the file and compares its values with the source's.</summary>
    /// <exception cref="ModelPackException">MPK2005: one differs.</exception>
    public void VerifyValues(DecoderWeight weight, QuantizationScheme scheme, IWeightRows source) =>
        StoredValueCheck.Require(source, new StoredRows(weight, scheme, layout, data));

    private static ReadOnlySpan<byte> BytesOf(QuantizedMatrix matrix, PartKind kind) => kind switch
    {
        PartKind.Codes => matrix.Codes,
        PartKind.Scales => matrix.ScaleBytes,
        PartKind.ZeroPoints => matrix.ZeroPoints,
        _ => throw new InvalidOperationException($"A quantized matrix has no {kind}."),
    };
}
