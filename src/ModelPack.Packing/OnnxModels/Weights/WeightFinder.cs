using System.Runtime.CompilerServices;
using ModelPack.Formats.Onnx;
using ModelPack.Formats.Onnx.Protobuf;
using ModelPack.Packing.OnnxModels.Graphs;

namespace ModelPack.Packing.OnnxModels.Weights;

/// <summary>Finds the weights that can be stored in fewer bits, in all graphs of a model, and the operators that keep theirs.</summary>
internal sealed class WeightFinder
{
    // Constants below this are biases, shapes and the like, not worth a line in a report.
    private const long SmallestReported = 64;

    // An operator that multiplies or looks up, and how it sees its weight; a text says why it cannot.
    private static readonly Dictionary<(string Domain, string Op), Func<NodeProto, ConstantView, (ConstantView? View, bool IsTable, string Reason)>> Operators = new()
    {
        [("", "MatMul")] = (_, view) => Product(view, transposed: false),
        [("", "Gemm")] = (node, view) => Product(view, node.Int("transB", 0) != 0),
        [(OperatorDomain.Microsoft, "FusedMatMul")] = (node, view) => node.Int("transA", 0) + node.Int("transBatchA", 0) + node.Int("transBatchB", 0) == 0
            ? Product(view, node.Int("transB", 0) != 0)
            : (null, false, "its inputs are transposed"),
        [("", "Gather")] = (node, view) => view.Dims.Count == 2 && node.Int("axis", 0) is 0 or -2 ? (view, true, "") : (null, true, "it does not look up rows of a matrix"),
    };

    // The input that holds the weight.
    private static readonly Dictionary<string, int> WeightInputs = new(StringComparer.Ordinal) { ["Gather"] = 0 };

    private readonly List<WeightUse> _uses = [];
    private readonly List<FloatOperator> _others = [];
    private readonly ConditionalWeakTable<TensorProto, List<OnnxWeight>> _known = [];
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly ConstantViews _views;

    private WeightFinder(OnnxModel model)
    {
        _views = new ConstantViews(model);
        foreach (GraphIndex scope in GraphIndex.Of(model.Proto).All)
        {
            foreach (NodeProto node in scope.Graph.Node)
            {
                Visit(scope, node);
            }
        }

        foreach (FunctionProto function in model.Proto.Functions)
        {
            _others.Add(new FloatOperator(function.Name, "function", string.Empty, "what is inside a function of the model stays as it is"));
        }
    }

    /// <summary>Operators with a weight that can be quantized, in the order of the graphs.</summary>
    public IReadOnlyList<WeightUse> Uses => _uses;

    /// <summary>Operators that keep their weights whatever the settings.</summary>
    public IReadOnlyList<FloatOperator> Others => _others;

    /// <summary>Looks through a model.</summary>
    public static WeightFinder Of(OnnxModel model) => new(model);

    private static (ConstantView? View, bool IsTable, string Reason) Product(ConstantView view, bool transposed) => view.Dims.Count == 2
        ? (transposed ? view : view.Transpose([1, 0]), false, "")
        : (null, false, $"its weight has {view.Dims.Count} dimensions");

    private void Visit(GraphIndex scope, NodeProto node)
    {
        string domain = OperatorDomain.IsStandard(node.Domain) ? string.Empty : node.Domain;
        if (!Operators.TryGetValue((domain, node.OpType), out var see))
        {
            Keep(scope, node, $"{node.OpType} has no form with weights alone in fewer bits");
            return;
        }

        if (_views.Of(scope, node.InputOrEmpty(WeightInputs.GetValueOrDefault(node.OpType, 1))) is not { } view)
        {
            Keep(scope, node, "its constant is no matrix on the right side of the product");
            return;
        }

        (ConstantView? matrix, bool isTable, string reason) = view.Type is not (OnnxElementType.Float32 or OnnxElementType.Float16)
            ? (null, false, $"its weight is {view.Type}")
            : see(node, view);
        if (matrix is null || matrix.Dims.Any(dim => dim is < 1 or > int.MaxValue))
        {
            Keep(scope, node, reason.Length > 0 ? reason : "its weight is empty or too large");
            return;
        }

        _uses.Add(new WeightUse(scope, node, Weight(matrix), isTable));
    }

    private void Keep(GraphIndex scope, NodeProto node, string reason)
    {
        // What only passes constants on is no work of its own.
        if (node.OpType is "Constant" or "Identity" or "Cast" or "Reshape" or "Transpose" or "Squeeze" or "Unsqueeze" or "Flatten")
        {
            return;
        }

        ConstantView? largest = node.Input.Select(input => _views.Of(scope, input)).OfType<ConstantView>()
            .Where(view => view.Dims.Count >= 2 && view.Type is OnnxElementType.Float32 or OnnxElementType.Float16 or OnnxElementType.BFloat16 or OnnxElementType.Float64)
            .MaxBy(view => view.Count);
        if (largest is { } view && view.Count >= SmallestReported)
        {
            _others.Add(new FloatOperator(OperatorNames.Of(scope, node), node.OpType, view.Name, reason));
        }
    }

    // One tensor may be seen in two ways, and two operators may see it in one.
    private OnnxWeight Weight(ConstantView view)
    {
        List<OnnxWeight> known = _known.GetOrCreateValue(view.Tensor);
        OnnxWeight? same = known.Find(weight => weight.View.Dims.SequenceEqual(view.Dims) && weight.View.Strides.SequenceEqual(view.Strides) && weight.View.Type == view.Type);
        if (same is null)
        {
            string name = view.Name;
            for (int i = 2; !_names.Add(name); i++)
            {
                name = $"{view.Name}#{i}";
            }

            known.Add(same = new OnnxWeight(name, view));
        }

        return same;
    }
}
