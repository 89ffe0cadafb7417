using ModelPack.Formats.Onnx;
using ModelPack.Formats.Onnx.Protobuf;

namespace ModelPack.Packing.OnnxModels.Weights;

/// <summary>
/// A constant as an operator sees it behind Identity, Cast, Transpose and Reshape: element [i, j, ...] is element
/// i * Strides[0] + j * Strides[1] + ... of the tensor. Immutable.
/// </summary>
/// <param name="Name">Name of the constant, behind the path of its graph.</param>
/// <param name="Tensor">The stored tensor.</param>
/// <param name="Dims">Dimensions that the operator sees.</param>
/// <param name="Strides">Elements of the tensor from one index to the next.</param>
/// <param name="Type">Element type that the operator sees; it holds every value of the tensor.</param>
internal sealed record ConstantView(string Name, TensorProto Tensor, IReadOnlyList<long> Dims, IReadOnlyList<long> Strides, OnnxElementType Type)
{
    /// <summary>Elements.</summary>
    public long Count => Dims.Aggregate(1L, (product, dim) => checked(product * dim));

    /// <summary>True when the elements lie row by row.</summary>
    public bool IsContiguous => Dims.Zip(Strides, RowMajor(Dims)).All(axis => axis.First == 1 || axis.Second == axis.Third);

    /// <summary>The tensor as it is stored.</summary>
    public static ConstantView Of(string name, TensorProto tensor) => new(name, tensor, [.. tensor.Dims], RowMajor(tensor.Dims), (OnnxElementType)tensor.DataType);

    /// <summary>Axes in another order.</summary>
    public ConstantView Transpose(IReadOnlyList<long> order) => this with
    {
        Dims = [.. order.Select(axis => Dims[(int)axis])],
        Strides = [.. order.Select(axis => Strides[(int)axis])],
    };

    /// <summary>Other dimensions over the same elements; null where they do not lie row by row, or there are more or fewer.</summary>
    public ConstantView? Reshape(IReadOnlyList<long> dims)
    {
        ConstantView reshaped = this with { Dims = dims, Strides = RowMajor(dims) };
        return IsContiguous && reshaped.Count == Count ? reshaped : null;
    }

    private static long[] RowMajor(IReadOnlyList<long> dims)
    {
        var strides = new long[dims.Count];
        long stride = 1;
        for (int axis = dims.Count - 1; axis >= 0; axis--)
        {
            strides[axis] = stride;
            stride = checked(stride * Math.Max(1, dims[axis]));
        }

        return strides;
    }
}
