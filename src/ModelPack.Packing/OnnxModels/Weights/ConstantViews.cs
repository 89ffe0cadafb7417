using System.Runtime.InteropServices;
using ModelPack.Formats.Onnx;
using ModelPack.Formats.Onnx.Protobuf;
using ModelPack.Packing.OnnxModels.Graphs;

namespace ModelPack.Packing.OnnxModels.Weights;

/// <summary>Finds the constant behind a value, through nodes that only show it in another way.</summary>
internal sealed class ConstantViews(OnnxModel model)
{
    // Longer chains are no exporter's; the limit also ends circles in damaged files.
    private const int LongestChain = 16;

    private static readonly Dictionary<string, Step> Steps = new(StringComparer.Ordinal)
    {
        ["Identity"] = (_, _, _, view) => view,
        ["Cast"] = (_, _, node, view) => Cast(view, (OnnxElementType)node.Int("to", 0)),
        ["Transpose"] = (_, _, node, view) => Transpose(view, node.Ints("perm")),
        ["Reshape"] = (views, scope, node, view) => views.Reshape(scope, node, view),
        ["Flatten"] = (_, _, node, view) => Flatten(view, node.Int("axis", 1)),
        ["Squeeze"] = (views, scope, node, view) => view.Reshape([.. view.Dims.Where((dim, axis) => dim != 1 || !(views.Axes(scope, node, view.Dims.Count)?.Contains(axis) ?? true))]),
        ["Unsqueeze"] = (views, scope, node, view) => Unsqueeze(view, views.Axes(scope, node, null)),
    };

    private delegate ConstantView? Step(ConstantViews views, GraphIndex scope, NodeProto node, ConstantView view);

    /// <summary>The constant behind a value; null where there is none, or its elements are not those of one stored tensor.</summary>
    public ConstantView? Of(GraphIndex scope, string value) => Of(scope, value, LongestChain);

    /// <summary>The values of a constant of whole numbers; null where it is none.</summary>
    public long[]? WholeNumbers(GraphIndex scope, string value)
    {
        if (scope.ConstantOf(value) is not { } tensor || (OnnxElementType)tensor.DataType is not (OnnxElementType.Int64 or OnnxElementType.Int32) || tensor.Dims.Count > 1)
        {
            return null;
        }

        OnnxTensor values = model.Values(tensor);
        if (values.ElementCount > LongestChain)
        {
            return null;
        }

        var bytes = new byte[values.ByteLength];
        values.ReadBytes(0, bytes);
        return values.Type == OnnxElementType.Int64
            ? MemoryMarshal.Cast<byte, long>(bytes).ToArray()
            : Array.ConvertAll(MemoryMarshal.Cast<byte, int>(bytes).ToArray(), number => (long)number);
    }

    private static ConstantView? Cast(ConstantView view, OnnxElementType to) => (view.Type, to) switch
    {
        (OnnxElementType.Float16 or OnnxElementType.BFloat16 or OnnxElementType.Float32, OnnxElementType.Float32) => view with { Type = to },
        (OnnxElementType.Float16, OnnxElementType.Float16) => view,
        _ => null,
    };

    private static ConstantView? Transpose(ConstantView view, long[]? order)
    {
        order ??= [.. Enumerable.Range(0, view.Dims.Count).Select(axis => (long)axis).Reverse()];
        return order.Order().SequenceEqual(Enumerable.Range(0, view.Dims.Count).Select(axis => (long)axis)) ? view.Transpose(order) : null;
    }

    private static ConstantView? Flatten(ConstantView view, long axis)
    {
        int at = (int)(axis < 0 ? axis + view.Dims.Count : axis);
        return at < 0 || at > view.Dims.Count ? null : view.Reshape([Product(view.Dims.Take(at)), Product(view.Dims.Skip(at))]);
    }

    private static ConstantView? Unsqueeze(ConstantView view, long[]? axes)
    {
        if (axes is null)
        {
            return null;
        }

        int rank = view.Dims.Count + axes.Length;
        HashSet<long> added = [.. axes.Select(axis => axis < 0 ? axis + rank : axis)];
        var old = new Queue<long>(view.Dims);
        return added.Count == axes.Length && added.All(axis => axis >= 0 && axis < rank)
            ? view.Reshape([.. Enumerable.Range(0, rank).Select(axis => added.Contains(axis) ? 1 : old.Dequeue())])
            : null;
    }

    private static long Product(IEnumerable<long> dims) => dims.Aggregate(1L, (product, dim) => checked(product * dim));

    private ConstantView? Of(GraphIndex scope, string value, int left)
    {
        if (scope.ConstantOf(value) is { } tensor)
        {
            return ConstantView.Of(scope.ScopeOf(value)!.Path + value, tensor);
        }

        return left > 0 && scope.ProducerOf(value) is { } producer && OperatorDomain.IsStandard(producer.Node.Domain)
            && Steps.TryGetValue(producer.Node.OpType, out Step? step) && producer.Node.Input.Count > 0
            && Of(producer.Scope, producer.Node.Input[0], left - 1) is { } view
            ? step(this, producer.Scope, producer.Node, view)
            : null;
    }

    private ConstantView? Reshape(GraphIndex scope, NodeProto node, ConstantView view)
    {
        // Up to operator set 4 the shape is an attribute.
        if ((node.Ints("shape") ?? WholeNumbers(scope, node.InputOrEmpty(1))) is not { } dims || dims.Count(dim => dim == -1) > 1 || dims.Any(dim => dim < -1))
        {
            return null;
        }

        bool keepsZeros = node.Int("allowzero", 0) == 0;
        if (keepsZeros && Enumerable.Range(0, dims.Length).Any(axis => dims[axis] == 0 && axis >= view.Dims.Count))
        {
            return null;
        }

        long[] known = [.. dims.Select((dim, axis) => dim == 0 && keepsZeros ? view.Dims[axis] : dim)];
        long others = Product(known.Where(dim => dim != -1));
        return others == 0 ? null : view.Reshape([.. known.Select(dim => dim == -1 ? view.Count / others : dim)]);
    }

    // From operator set 13 on the axes are an input. Null: not given, or not constant.
    private long[]? Axes(GraphIndex scope, NodeProto node, int? rank) =>
        (node.Ints("axes") ?? WholeNumbers(scope, node.InputOrEmpty(1))) is { } axes ? [.. axes.Select(axis => axis < 0 && rank is { } r ? axis + r : axis)] : null;
}
