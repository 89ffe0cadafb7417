using ModelPack.Formats.Onnx;
using ModelPack.Formats.Onnx.Protobuf;
using ModelPack.Packing.Architectures;
using ModelPack.Packing.Architectures.Graphs;
using ModelPack.Packing.OnnxModels.Graphs;
using ModelPack.Packing.OnnxModels.Weights;
using ModelPack.Quantization;

namespace ModelPack.Packing.OnnxModels.WeightOnly;

/// <summary>
/// Puts products and look-ups with stored codes into a graph. Codes, scales and zero points become initializers of the main graph,
/// which the graphs inside see too, so that a weight is stored once wherever it is used.
/// </summary>
internal sealed class WeightOnlyGraph
{
    // The first version of the format in which initializers need not be inputs as well.
    private const long FreeInitializers = 4;

    private readonly ModelProto _model;
    private readonly FreshNames _names;
    private readonly int _accuracyLevel;
    private readonly bool _biasInside;
    private readonly List<NodeProto> _casts = [];
    private readonly Dictionary<string, MatrixPart> _parts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _sameBytes = new(StringComparer.Ordinal);
    private readonly List<ChangedOperator> _changes = [];

    private WeightOnlyGraph(ModelProto model, int accuracyLevel, bool biasInside)
    {
        _model = model;
        _accuracyLevel = accuracyLevel;
        _biasInside = biasInside;
        _names = new FreshNames(model);
    }

    /// <summary>What the new initializers hold, by name.</summary>
    public IReadOnlyDictionary<string, MatrixPart> Parts => _parts;

    /// <summary>New initializers that show the bytes of another one in another shape, by name.</summary>
    public IReadOnlyDictionary<string, string> SameBytes => _sameBytes;

    /// <summary>What happened to the operators.</summary>
    public IReadOnlyList<ChangedOperator> Changes => _changes;

    /// <summary>Changes a model in place.</summary>
    /// <param name="model">The model that the plan was made for.</param>
    /// <param name="plan">What happens to each weight.</param>
    /// <param name="accuracyLevel">accuracy_level of MatMulNBits.</param>
    /// <param name="biasInside">True: MatMulNBits adds constant biases itself.</param>
    public static WeightOnlyGraph Apply(OnnxModel model, IReadOnlyList<PlannedMatrix> plan, int accuracyLevel, bool biasInside)
    {
        var graph = new WeightOnlyGraph(model.Proto, accuracyLevel, biasInside);
        graph.Apply(plan);
        return graph;
    }

    private void Apply(IReadOnlyList<PlannedMatrix> plan)
    {
        var released = new HashSet<string>(StringComparer.Ordinal);
        foreach (PlannedMatrix matrix in plan)
        {
            Operands? operands = null;
            foreach (WeightUse use in matrix.Uses)
            {
                string? became = null;
                if (matrix.Scheme is not null)
                {
                    operands ??= new Operands(this, matrix);
                    released.UnionWith(use.Node.Input);
                    became = use.IsTable ? LookUp(use, operands) : Multiply(use, operands);
                }

                _changes.Add(new ChangedOperator(use.Name, use.Node.OpType, matrix.Weight.Name, became, matrix.Scheme is null ? matrix.Reason : null));
            }
        }

        for (int i = 0; i < _casts.Count; i++)
        {
            _model.Graph.Node.Insert(i, _casts[i]);
        }

        if (_parts.Count > 0)
        {
            GraphChanges.Import(_model, OperatorDomain.Microsoft, 1);
            _model.IrVersion = Math.Max(_model.IrVersion, FreeInitializers);
            UnusedValues.Remove(_model, released);
        }
    }

    private static string LookUp(WeightUse use, Operands table)
    {
        NodeProto node = use.Node;
        QuantizationScheme scheme = table.Scheme;
        string[] inputs = [table.CodeRows, node.Input[1], table.Scales, .. table.ZeroPoints is { } zeroPoints ? new[] { zeroPoints } : []];
        NodeProto lookUp = NodeAttributes.Make(
            "GatherBlockQuantized", OperatorDomain.Microsoft, inputs, node.Output[0], ("bits", scheme.Bits), ("block_size", scheme.GroupSize), ("gather_axis", 0), ("quantize_axis", 1));
        lookUp.Name = node.Name;
        GraphChanges.Replace(use.Scope.Graph, node, lookUp);
        return lookUp.OpType;
    }

    private string Multiply(WeightUse use, Operands matrix)
    {
        NodeProto node = use.Node;
        var nodes = new List<NodeProto>();
        string output = node.Output[0];
        string a = node.Input[0];
        if (node.OpType == "Gemm" && node.Int("transA", 0) != 0)
        {
            nodes.Add(NodeAttributes.Make("Transpose", string.Empty, [a], a = _names.Next($"{output}/transposed"), ("perm", new long[] { 1, 0 })));
        }

        // Gemm: alpha A B + beta C. FusedMatMul: alpha A B.
        float alpha = node.OpType == "MatMul" ? 1 : node.Float("alpha", 1), beta = node.Float("beta", 1);
        string c = node.OpType == "Gemm" ? node.InputOrEmpty(2) : string.Empty;
        bool scales = alpha != 1, adds = c.Length > 0 && beta != 0;
        bool biasInside = adds && _biasInside && !scales && beta == 1 && use.Scope.ConstantOf(c) is { Dims: [var width] } && width == matrix.Rows;
        string product = scales || (adds && !biasInside) ? _names.Next($"{output}/product") : output;
        nodes.Add(Product(matrix, a, biasInside ? c : string.Empty, product, node.Name));
        if (scales)
        {
            product = Scale(nodes, matrix, product, alpha, adds ? _names.Next($"{output}/alpha") : output);
        }

        if (adds && !biasInside)
        {
            string addend = beta == 1 ? c : Scale(nodes, matrix, c, beta, _names.Next($"{output}/beta"));
            nodes.Add(NodeAttributes.Make("Add", string.Empty, [product, addend], output));
        }

        // The product keeps the operator's name; two nodes of one name are refused.
        foreach (NodeProto added in nodes.Where(added => added.OpType != "MatMulNBits"))
        {
            added.Name = _names.Next($"{output}/{added.OpType}");
        }

        GraphChanges.Replace(use.Scope.Graph, node, nodes);
        return string.Join(", ", nodes.Where(added => added.OpType != "Constant").Select(added => added.OpType));
    }

    private NodeProto Product(Operands matrix, string a, string bias, string output, string name)
    {
        QuantizationScheme scheme = matrix.Scheme;
        var inputs = new List<string> { a, matrix.Codes, matrix.Scales, matrix.ZeroPoints ?? string.Empty, string.Empty, bias };
        while (inputs[^1].Length == 0)
        {
            inputs.RemoveAt(inputs.Count - 1);
        }

        NodeProto product = NodeAttributes.Make(
            "MatMulNBits",
            OperatorDomain.Microsoft,
            inputs.ToArray(),
            output,
            ("K", matrix.Columns),
            ("N", matrix.Rows),
            ("bits", scheme.Bits),
            ("block_size", scheme.GroupSize),
            ("accuracy_level", _accuracyLevel));
        product.Name = name;
        return product;
    }

    private string Scale(List<NodeProto> nodes, Operands matrix, string value, float factor, string output)
    {
        string constant = _names.Next($"{output}/factor");
        TensorProto tensor = matrix.Type == OnnxElementType.Float16
            ? OnnxGraphBuilder.Tensor<Half>([], [(Half)factor])
            : OnnxGraphBuilder.Tensor<float>([], [factor]);
        nodes.Add(NodeAttributes.Make("Constant", string.Empty, [], constant, ("value", tensor)));
        nodes.Add(NodeAttributes.Make("Mul", string.Empty, [value, constant], output));
        return output;
    }

    /// <summary>The initializers of one matrix, made when they are first asked for.</summary>
    private sealed class Operands(WeightOnlyGraph graph, PlannedMatrix matrix)
    {
        private readonly string _name = matrix.Weight.Name;
        private string? _codes;
        private string? _codeRows;
        private string? _scales;
        private string? _zeroPoints;

        public QuantizationScheme Scheme => matrix.Scheme!;

        public int Rows => matrix.Weight.Rows;

        public int Columns => matrix.Weight.Columns;

        /// <summary>Type of the activations.</summary>
        public OnnxElementType Type => matrix.Weight.View.Type;

        /// <summary>Codes as MatMulNBits takes them.</summary>
        public string Codes => _codes ??= Show(ref _codeRows, "codes", QuantizedTensors.CodeDims(Scheme, Rows, Columns));

        /// <summary>Codes as GatherBlockQuantized takes them.</summary>
        public string CodeRows => _codeRows ??= Show(ref _codes, "code_rows", Rows, Scheme.CodeBytesPerRow(Columns));

        /// <summary>Scales in the type of the activations; stored as float16, which ONNX Runtime widens when it loads the model.</summary>
        public string Scales => _scales ??= Widened(Add("scales", PartKind.Scales, OnnxElementType.Float16, QuantizedTensors.ScaleDims(Scheme, Rows, Columns)));

        /// <summary>Packed zero points; null where there are none.</summary>
        public string? ZeroPoints => Scheme.StoresZeroPoints ? _zeroPoints ??= Add("zero_points", PartKind.ZeroPoints, OnnxElementType.UInt8, Rows, Scheme.ZeroPointBytesPerRow(Columns)) : null;

        private string Show(ref string? other, string suffix, params long[] dims)
        {
            string name = Add(suffix, PartKind.Codes, OnnxElementType.UInt8, dims);
            if (other is not null)
            {
                graph._parts.Remove(name);
                graph._sameBytes.Add(name, other);
            }

            return name;
        }

        private string Widened(string scales)
        {
            if (Type == OnnxElementType.Float16)
            {
                return scales;
            }

            string wide = graph._names.Next($"{_name}.scales_wide");
            graph._casts.Add(NodeAttributes.Make("Cast", string.Empty, [scales], wide, ("to", (long)Type)));
            return wide;
        }

        private string Add(string suffix, PartKind kind, OnnxElementType type, params long[] dims)
        {
            string name = graph._names.Next($"{_name}.{suffix}");
            graph._model.Graph.Initializer.Add(new ExternalTensor(name, type, dims).ToInitializer());
            graph._parts.Add(name, new MatrixPart(matrix, kind));
            return name;
        }
    }
}
