using ModelPack.Formats.Onnx.Protobuf;
using static ModelPack.Formats.Onnx.OnnxErrors;

namespace ModelPack.Formats.Onnx;

/// <summary>What must hold for any tensor of a model before its values can be read.</summary>
internal static class OnnxTensorCheck
{
    /// <summary>Checks type, shape and size, and for external data also the file.</summary>
    /// <returns>Elements, and the place of external data or null.</returns>
    public static (long Count, ExternalReference? External) Check(string modelPath, TensorProto tensor)
    {
        var type = (OnnxElementType)tensor.DataType;
        if (type == OnnxElementType.Undefined || !Enum.IsDefined(type))
        {
            throw new ModelPackException(UnknownType, $"{modelPath}: tensor '{tensor.Name}' has the element type {tensor.DataType}, which ONNX does not define; save or export the model again.");
        }

        long count = CountOf(modelPath, tensor, type);
        if (tensor.DataLocation == TensorProto.Types.DataLocation.External)
        {
            return type == OnnxElementType.String
                ? throw new ModelPackException(BadExternalEntry, $"{modelPath}: tensor '{tensor.Name}' holds text, which cannot be external; save or export the model again.")
                : (count, ExternalReference.Resolve(modelPath, tensor, type.ByteLength(count)));
        }

        return InlineData.Fits(tensor, count)
            ? (count, null)
            : throw new ModelPackException(SizeMismatch, $"{modelPath}: tensor '{tensor.Name}' has more or fewer values than {type} [{string.Join(", ", tensor.Dims)}] needs; save or export the model again.");
    }

    private static long CountOf(string modelPath, TensorProto tensor, OnnxElementType type)
    {
        try
        {
            long count = tensor.Dims.Aggregate(1L, (product, dim) => dim < 0 ? throw new OverflowException() : checked(product * dim));
            type.ByteLength(count);
            return count;
        }
        catch (OverflowException e)
        {
            throw new ModelPackException(BadShape, $"{modelPath}: tensor '{tensor.Name}' has the shape [{string.Join(", ", tensor.Dims)}], which is negative or does not fit 63 bits; save or export the model again.", e);
        }
    }
}
