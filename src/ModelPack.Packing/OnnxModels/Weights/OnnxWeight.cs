using ModelPack.Formats.Onnx;

namespace ModelPack.Packing.OnnxModels.Weights;

/// <summary>A matrix of a model, seen as outputs by inputs: row n holds what output n multiplies its inputs with, or is row n of a table. Immutable.</summary>
/// <param name="Name">Name in the model, unique.</param>
/// <param name="View">Where its elements lie, [Rows, Columns].</param>
internal sealed record OnnxWeight(string Name, ConstantView View)
{
    /// <summary>Outputs, or rows of a table.</summary>
    public int Rows => checked((int)View.Dims[0]);

    /// <summary>Inputs, or the width of a table.</summary>
    public int Columns => checked((int)View.Dims[1]);

    /// <summary>Elements.</summary>
    public long ElementCount => View.Count;

    /// <summary>Bytes of the stored tensor.</summary>
    public long SourceBytes => ((OnnxElementType)View.Tensor.DataType).ByteLength(View.Count);
}
