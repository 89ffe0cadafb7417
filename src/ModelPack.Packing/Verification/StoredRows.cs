using ModelPack.Packing.Architectures;
using ModelPack.Packing.Quantizing;
using ModelPack.Packing.Writing;
using ModelPack.Quantization;

namespace ModelPack.Packing.Verification;

/// <summary>Rows of a quantized weight, dequantized from the written data file.</summary>
internal sealed class StoredRows(DecoderWeight weight, QuantizationScheme scheme, GraphLayout layout, DataFile data) : IWeightRows
{
    // Values dequantized at a time.
    private const int ChunkFloats = 1 << 18;

    public string Name => weight.Name;

    public string File => layout.File;

    public int Rows => weight.Rows;

    public int Columns => weight.Columns;

    public void Read(int first, int count, Span<float> destination)
    {
        int step = Math.Max(1, ChunkFloats / Columns);
        for (int done = 0; done < count; done += step)
        {
            int rows = Math.Min(step, count - done);
            Dequantization.DequantizeStored(
                scheme,
                Columns,
                Bytes(PartKind.Codes, first + done, rows, scheme.CodeBytesPerRow(Columns)),
                Bytes(PartKind.Scales, first + done, rows, scheme.ScaleBytesPerRow(Columns)),
                !scheme.StoresZeroPoints ? [] : Bytes(PartKind.ZeroPoints, first + done, rows, scheme.ZeroPointBytesPerRow(Columns)),
                destination.Slice(done * Columns, rows * Columns));
        }
    }

    public void Release()
    {
        // Reads go through buffers; nothing stays behind.
    }

    private Span<byte> Bytes(PartKind kind, int first, int rows, int bytesPerRow)
    {
        var bytes = new byte[rows * bytesPerRow];
        data.Read(layout.PlacesOf(weight).First(place => place.Kind == kind).Offset + ((long)first * bytesPerRow), bytes);
        return bytes;
    }
}
