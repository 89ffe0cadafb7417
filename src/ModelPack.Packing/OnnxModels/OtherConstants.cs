using ModelPack.Formats.Onnx;
using ModelPack.Formats.Onnx.Protobuf;
using ModelPack.Packing.OnnxModels.Graphs;
using ModelPack.Packing.OnnxModels.WeightOnly;
using ModelPack.Packing.Planning;

namespace ModelPack.Packing.OnnxModels;

/// <summary>A constant of floats that is no weight of a product or a look-up.</summary>
/// <param name="Planned">As plans list it.</param>
internal sealed record OtherConstants(PlannedWeight Planned)
{
    // Smaller ones are not worth a line.
    private const long Smallest = 256;

    /// <summary>Those of a model, in the order of its graphs.</summary>
    public static IReadOnlyList<OtherConstants> Of(ModelProto model, IReadOnlyList<PlannedMatrix> matrices)
    {
        var known = new HashSet<TensorProto>(matrices.Select(matrix => matrix.Weight.View.Tensor), ReferenceEqualityComparer.Instance);
        HashSet<string> names = [.. matrices.Select(matrix => matrix.Weight.Name)];
        var found = new List<OtherConstants>();
        foreach (GraphIndex scope in GraphIndex.Of(model).All)
        {
            IEnumerable<(string Name, TensorProto? Tensor)> constants = scope.Graph.Initializer.Select(tensor => (tensor.Name, (TensorProto?)tensor))
                .Concat(scope.Graph.Node.Where(node => node.OpType == "Constant" && node.Output.Count > 0).Select(node => (node.Output[0], ConstantNode.ValueOf(node))));
            foreach ((string name, TensorProto? tensor) in constants)
            {
                if (tensor is not null && known.Add(tensor) && Describe(scope.Path + name, tensor, names) is { } constant)
                {
                    found.Add(constant);
                }
            }
        }

        return found;
    }

    /// <summary>Bytes of a tensor, wherever it lies.</summary>
    public static long BytesOf(TensorProto tensor) => ((OnnxElementType)tensor.DataType).ByteLength(Elements(tensor.Dims));

    private static OtherConstants? Describe(string name, TensorProto tensor, HashSet<string> names)
    {
        var type = (OnnxElementType)tensor.DataType;
        long count = Elements(tensor.Dims);
        if (count < Smallest || type is not (OnnxElementType.Float32 or OnnxElementType.Float16 or OnnxElementType.BFloat16 or OnnxElementType.Float64))
        {
            return null;
        }

        string unique = name;
        for (int i = 2; !names.Add(unique); i++)
        {
            unique = $"{name}#{i}";
        }

        // As a matrix: the first dimension by all others.
        long rows = tensor.Dims.Count < 2 ? 1 : tensor.Dims[0], columns = count / Math.Max(1, rows);
        return rows > int.MaxValue || columns > int.MaxValue
            ? null
            : new OtherConstants(new PlannedWeight(unique, [(int)rows, (int)columns], type.BitsPerElement(), 0, true, "none", BytesOf(tensor)));
    }

    private static long Elements(IEnumerable<long> dims) => dims.Aggregate(1L, (product, dim) => checked(product * dim));
}
