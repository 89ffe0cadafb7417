using ModelPack.Packing.Architectures;
using ModelPack.Quantization;

namespace ModelPack.Packing.Quantizing;

/// <summary>Rows of a decision as floats.</summary>
internal sealed class MatrixRows(DecoderWeight weight, QuantizedMatrix matrix) : IWeightRows
{
    public string Name => weight.Name;

    public string File => weight.Tensor;

    public int Rows => matrix.Rows;

    public int Columns => matrix.Columns;

    public void Read(int first, int count, Span<float> destination)
    {
        QuantizationScheme scheme = matrix.Scheme;
        int codes = scheme.CodeBytesPerRow(Columns);
        int scales = scheme.ScaleBytesPerRow(Columns);
        int zeros = scheme.ZeroPointBytesPerRow(Columns);
        Dequantization.DequantizeStored(
            scheme,
            Columns,
            matrix.Codes.AsSpan(first * codes, count * codes),
            matrix.ScaleBytes.Slice(first * scales, count * scales),
            matrix.ZeroPoints.AsSpan(first * zeros, count * zeros),
            destination);
    }

    public void Release()
    {
    }
}
