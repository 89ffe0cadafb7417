using System.Buffers;
using ModelPack.Formats.Onnx;
using ModelPack.Packing.Quantizing;

namespace ModelPack.Packing.OnnxModels.Weights;

/// <summary>Rows of a weight, wherever and however it lies. Thread-safe.</summary>
internal sealed class TensorRows(OnnxModel model, OnnxWeight weight) : IWeightRows
{
    private readonly OnnxTensor _tensor = model.Values(weight.View.Tensor);

    public string Name => weight.Name;

    public string File => model.File;

    public int Rows => weight.Rows;

    public int Columns => weight.Columns;

    public void Read(int first, int count, Span<float> destination)
    {
        long rowStride = weight.View.Strides[0], columnStride = weight.View.Strides[1];
        if (columnStride == 1 && rowStride == Columns)
        {
            _tensor.ReadFloat32(first * rowStride, destination[..(count * Columns)]);
        }
        else if (rowStride == 1)
        {
            ReadTransposed(first, count, columnStride, destination);
        }
        else
        {
            ReadOneByOne(first, count, rowStride, columnStride, destination);
        }
    }

    public void Release() => _tensor.Release(0, _tensor.ByteLength);

    // Each input's values of these rows lie together.
    private void ReadTransposed(int first, int count, long columnStride, Span<float> destination)
    {
        float[] values = ArrayPool<float>.Shared.Rent(count);
        try
        {
            for (int column = 0; column < Columns; column++)
            {
                _tensor.ReadFloat32((column * columnStride) + first, values.AsSpan(0, count));
                for (int row = 0; row < count; row++)
                {
                    destination[(row * Columns) + column] = values[row];
                }
            }
        }
        finally
        {
            ArrayPool<float>.Shared.Return(values);
        }
    }

    private void ReadOneByOne(int first, int count, long rowStride, long columnStride, Span<float> destination)
    {
        for (int row = 0; row < count; row++)
        {
            for (int column = 0; column < Columns; column++)
            {
                _tensor.ReadFloat32(((first + row) * rowStride) + (column * columnStride), destination.Slice((row * Columns) + column, 1));
            }
        }
    }
}
