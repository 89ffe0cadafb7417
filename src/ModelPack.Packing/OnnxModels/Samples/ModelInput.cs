using ModelPack.Formats.Onnx;
using ModelPack.Formats.Onnx.Protobuf;

namespace ModelPack.Packing.OnnxModels.Samples;

/// <summary>What a model declares about one of its inputs.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Element type; <see cref="OnnxElementType.Undefined"/> for what is no tensor.</param>
/// <param name="Shape">Dimensions, fixed or named; null where the rank is not declared.</param>
internal sealed record ModelInput(string Name, OnnxElementType Type, IReadOnlyList<OnnxDimension>? Shape)
{
    /// <summary>The inputs that a caller has to give.</summary>
    public static IReadOnlyList<ModelInput> Of(OnnxModel model) => [.. model.Inputs.Select(Of)];

    /// <summary>Why values do not fit; null when they do.</summary>
    public string? Problem(OnnxElementType type, IReadOnlyList<long> shape)
    {
        if (type != Type)
        {
            return $"input '{Name}' is {Type} and the values are {type}";
        }

        bool fits = Shape is null || (Shape.Count == shape.Count && Shape.Zip(shape).All(pair => pair.First.Name is not null || pair.First.Size == pair.Second));
        return fits ? null : $"input '{Name}' has the shape [{string.Join(", ", Shape!.Select(dim => dim.Name is { } name ? (name.Length > 0 ? name : "?") : $"{dim.Size}"))}] and the values have [{string.Join(", ", shape)}]";
    }

    private static ModelInput Of(ValueInfoProto info)
    {
        TypeProto.Types.Tensor? tensor = info.Type?.TensorType;
        return new ModelInput(
            info.Name,
            tensor is null ? OnnxElementType.Undefined : (OnnxElementType)tensor.ElemType,
            tensor?.Shape is { } shape ? [.. shape.Dim.Select(dim => dim.HasDimValue ? (OnnxDimension)dim.DimValue : dim.DimParam)] : null);
    }
}
