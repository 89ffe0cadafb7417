using System.Globalization;
using ModelPack.Formats.Onnx;
using ModelPack.Packing.Architectures.Graphs;
using ModelPack.Packing.Architectures.Weights;

namespace ModelPack.Packing.Architectures.Encoders.Graphs;

/// <summary>What the blocks of one encoder graph share while it is built: the builder, the encoder and the list of external tensors.</summary>
internal sealed class EncoderScope(EncoderArchitecture encoder)
{
    private readonly List<EncoderTensor> _tensors = [];

    public EncoderArchitecture Encoder { get; } = encoder;

    public OnnxGraphBuilder Graph { get; } = new("main_graph");

    public string Node(string op, ReadOnlySpan<string> inputs, string output, params ReadOnlySpan<(string Name, OnnxAttributeValue Value)> attributes) => Graph.Node(op, inputs, output, attributes);

    /// <summary>A small int64 vector.</summary>
    public string Vector(params ReadOnlySpan<long> values) => Graph.Int64s(values);

    /// <summary>An int64 scalar.</summary>
    public string Scalar(long value)
    {
        string name = $"/constants/int64/{value}";
        return Graph.Contains(name) ? name : Graph.Initializer<long>(name, [], [value]);
    }

    /// <summary>A float scalar.</summary>
    public string Number(float value)
    {
        string name = $"/constants/{value.ToString("R", CultureInfo.InvariantCulture)}";
        return Graph.Contains(name) ? name : Graph.Initializer<float>(name, [], [value]);
    }

    /// <summary>A weight as it lies in the checkpoint.</summary>
    public string Table(DecoderWeight weight) => Declare(new EncoderTensor(weight.Name, [weight.Rows, weight.Columns], [weight], false));

    /// <summary>Vectors end to end.</summary>
    public string Vectors(string name, params IReadOnlyList<DecoderWeight> vectors) => Declare(new EncoderTensor(name, [vectors.Sum(vector => vector.Columns)], vectors, false));

    /// <summary>A constant that is too large for the model file.</summary>
    public string Constant(string name, IReadOnlyList<long> dims, Func<float[]> values) => Declare(new EncoderTensor(name, dims, [], false, values));

    /// <summary>x W^T of layers that share their input, side by side, without their biases.</summary>
    public string Product(string module, string x, string output, params IReadOnlyList<Linear> layers)
    {
        string matrix = Declare(new EncoderTensor($"{module}.weight", [layers[0].Weight.Columns, layers.Sum(layer => layer.Weight.Rows)], [.. layers.Select(layer => layer.Weight)], true));
        return Node("MatMul", [x, matrix], output);
    }

    /// <summary>The biases of layers side by side; null: they have none.</summary>
    public string? Biases(string module, params IReadOnlyList<Linear> layers) => layers[0].Bias is null ? null : Vectors($"{module}.bias", [.. layers.Select(layer => layer.Bias!)]);

    /// <summary>x W^T + b.</summary>
    public string Layer(Linear layer, string x, string output)
    {
        string? bias = Biases(layer.Module, layer);
        string product = Product(layer.Module, x, bias is null ? output : $"{output}/MatMul", layer);
        return bias is null ? output : Node("Add", [product, bias], output);
    }

    /// <summary>The norm of x.</summary>
    public string Normed(Norm norm, string x, string output) => Node("LayerNormalization", [x, .. NormWeights(norm)], output, ("axis", -1), ("epsilon", norm.Epsilon), ("stash_type", 1));

    /// <summary>The norm of x + branch + bias; <paramref name="sum"/> names that sum, or is empty when nobody needs it.</summary>
    public string NormedSum(Norm norm, string branch, string? bias, string x, string output, string sum = "")
    {
        string[] weights = NormWeights(norm);
        string[] inputs = bias is null ? [branch, x, .. weights] : [branch, x, weights[0], weights.Length > 1 ? weights[1] : string.Empty, bias];
        string[] outputs = sum.Length == 0 ? [output] : [output, string.Empty, string.Empty, sum];
        Graph.Node("com.microsoft.SkipLayerNormalization", inputs, outputs, ("epsilon", norm.Epsilon));
        return output;
    }

    public EncoderGraphModel Build() => new(Graph.Build(), _tensors);

    private string[] NormWeights(Norm norm)
    {
        string factors = Vectors($"{norm.Module}.weight", norm.Factors);
        return norm.Bias is null ? [factors] : [factors, Vectors(norm.Bias.Name, norm.Bias)];
    }

    private string Declare(EncoderTensor tensor)
    {
        if (!Graph.Contains(tensor.Name))
        {
            Graph.Initializer(new ExternalTensor(tensor.Name, OnnxElementType.Float32, tensor.Dims));
            _tensors.Add(tensor);
        }

        return tensor.Name;
    }
}
