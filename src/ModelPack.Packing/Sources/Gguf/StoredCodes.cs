using System.Runtime.InteropServices;
using ModelPack.Formats.Gguf;
using ModelPack.Packing.Architectures;
using ModelPack.Packing.Quantizing;
using ModelPack.Quantization;

namespace ModelPack.Packing.Sources.Gguf;

/// <summary>
/// Blocks of GGUF files as MatMulNBits stores a matrix, without changing a value. Codes of up to four bits go into four bits, all others into
/// eight, around the middle code, so that int8 activations lose no more than with codes of that width.
/// </summary>
internal static class StoredCodes
{
    // Rows taken apart at a time on a core.
    private const int BlockElements = 1 << 18;

    /// <summary>The scheme that holds blocks of a type; null: no quantized type.</summary>
    public static QuantizationScheme? SchemeOf(GgufTensorType type)
    {
        if (!GgufBlocks.Types.Contains(type))
        {
            return null;
        }

        GgufBlockShape shape = GgufBlocks.Shape(type);
        int bits = shape.CodeBits <= 4 && shape.Table.IsEmpty ? 4 : 8;
        return new QuantizationScheme(
            bits,
            shape.SubBlockElements,
            shape.HasMinimums ? CodeGrid.Minimums : CodeGrid.Symmetric,
            shape.HasSubScales ? ScaleType.Float32 : ScaleType.Float16,
            shape.HasMinimums ? (1 << (bits - 1)) - (1 << (shape.CodeBits - 1)) : 0);
    }

    /// <summary>Takes a weight over.</summary>
    /// <param name="weight">The weight.</param>
    /// <param name="part">Where it lies, in a tensor of a type that has a scheme.</param>
    /// <param name="parallel">Cores and cancellation.</param>
    /// <exception cref="ModelPackException">MPK1406: a scale is NaN or infinite.</exception>
    public static QuantizedMatrix Read(DecoderWeight weight, StoredPart part, ParallelOptions parallel)
    {
        GgufTensor tensor = part.Tensor;
        int firstRow = (int)(part.Start / weight.Columns);
        QuantizationScheme scheme = SchemeOf(tensor.Type)!;
        int groups = scheme.GroupsPerRow(weight.Columns);
        var codes = new byte[(long)weight.Rows * scheme.CodeBytesPerRow(weight.Columns)];
        var scales = new float[(long)weight.Rows * groups];
        var minimums = new float[scheme.StoresZeroPoints ? scales.Length : 0];
        byte[] placed = Places(GgufBlocks.Shape(tensor.Type), scheme);
        int step = Math.Max(1, BlockElements / weight.Columns);
        RowBlocks.Run((weight.Rows + step - 1) / step, parallel, block =>
        {
            var parts = new RowParts(tensor.Type, weight.Columns);
            for (int row = block * step; row < Math.Min(weight.Rows, (block + 1) * step); row++)
            {
                parts.Read(tensor, firstRow + NeighbourRows.Stored(row, part.HeadRows));
                parts.WriteCodes(placed, scheme.Bits, codes.AsSpan(row * scheme.CodeBytesPerRow(weight.Columns), scheme.CodeBytesPerRow(weight.Columns)));
                parts.WriteScales(scales.AsSpan(row * groups, groups));
                FiniteRows.Require(weight.Name, tensor.File, groups, (long)row * groups, scales.AsSpan(row * groups, groups));
                if (minimums.Length > 0)
                {
                    parts.WriteMinimums(minimums.AsSpan(row * groups, groups));
                    FiniteRows.Require(weight.Name, tensor.File, groups, (long)row * groups, minimums.AsSpan(row * groups, groups));
                }
            }
        });
        tensor.Release();

        // Without integer scales they are float16 numbers, as they were.
        return scheme.ScaleType == ScaleType.Float32
            ? new QuantizedMatrix(scheme, weight.Rows, weight.Columns, codes, scales, MemoryMarshal.AsBytes(minimums.AsSpan()).ToArray())
            : new QuantizedMatrix(scheme, weight.Rows, weight.Columns, codes, Halves(scales), MemoryMarshal.AsBytes(Halves(minimums).AsSpan()).ToArray());
    }

    /// <summary>The code in the container for every code of a block.</summary>
    private static byte[] Places(GgufBlockShape shape, QuantizationScheme scheme)
    {
        var places = new byte[1 << shape.CodeBits];
        for (int code = 0; code < places.Length; code++)
        {
            places[code] = (byte)(!shape.Table.IsEmpty ? shape.Table.Span[code] + scheme.MiddleCode
                : shape.HasMinimums ? code + scheme.LowestCode
                : code - shape.MiddleCode + scheme.MiddleCode);
        }

        return places;
    }

    private static Half[] Halves(float[] values) => Array.ConvertAll(values, value => (Half)value);
}
