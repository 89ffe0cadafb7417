using System.Globalization;
using ModelPack.Formats.Onnx;

namespace ModelPack.Packing.Architectures.Graphs;

/// <summary>What the blocks of one graph share while it is built: the builder, the choices and the list of external tensors.</summary>
internal sealed class GraphScope
{
    private readonly Func<DecoderWeight, WeightStorage> _storage;
    private readonly List<GraphTensor> _tensors = [];

    public GraphScope(DecoderArchitecture architecture, DecoderGraphOptions options, Func<DecoderWeight, WeightStorage> storage)
    {
        Architecture = architecture;
        Options = options;
        _storage = storage;
    }

    public DecoderArchitecture Architecture { get; }

    public DecoderGraphOptions Options { get; }

    public OnnxGraphBuilder Graph { get; } = new("main_graph");

    /// <summary>Element type of activations, KV cache, scales after loading and logits.</summary>
    public OnnxElementType ActivationType => Options.Target == TargetProvider.Cuda ? OnnxElementType.Float16 : OnnxElementType.Float32;

    public WeightStorage StorageOf(DecoderWeight weight) => _storage(weight);

    /// <summary>A small int64 vector that nodes take as shape, axis or split; one initializer for equal ones.</summary>
    public string Vector(params ReadOnlySpan<long> values) => Graph.Int64s(values);

    /// <summary>An int64 scalar.</summary>
    public string Scalar(long value)
    {
        string name = $"/constants/int64/{value}";
        return Graph.Contains(name) ? name : Graph.Initializer<long>(name, [], [value]);
    }

    /// <summary>A small constant of the activation type; one initializer for equal names.</summary>
    public string Constant(string name, ReadOnlySpan<long> dims, params ReadOnlySpan<float> values)
    {
        string path = $"/constants/{name}";
        if (Graph.Contains(path))
        {
            return path;
        }

        return ActivationType == OnnxElementType.Float16
            ? Graph.Initializer<Half>(path, dims, Array.ConvertAll(values.ToArray(), value => (Half)value))
            : Graph.Initializer(path, dims, values);
    }

    /// <summary>A scalar of the activation type.</summary>
    public string Number(float value) => Constant(value.ToString("R", CultureInfo.InvariantCulture), [], value);

    /// <summary>x times a constant; x itself when that is 1.</summary>
    public string Scaled(string x, float factor, string output) => factor == 1 ? x : Graph.Node("Mul", [x, Number(factor)], output);

    /// <summary>Declares an external initializer once and returns its name.</summary>
    public string Declare(GraphTensor tensor)
    {
        if (!Graph.Contains(tensor.InitializerName))
        {
            Graph.Initializer(new ExternalTensor(tensor.InitializerName, tensor.Type, tensor.Dims));
            _tensors.Add(tensor);
        }

        return tensor.InitializerName;
    }

    /// <summary>A value in the activation type: itself, or behind a Cast, which ONNX Runtime folds for initializers when it loads the model.</summary>
    public string ToActivation(string value, OnnxElementType type)
    {
        if (type == ActivationType)
        {
            return value;
        }

        string cast = $"{value}/Cast";
        return Graph.Contains(cast) ? cast : Graph.Node("Cast", [value], cast, ("to", (int)ActivationType));
    }

    /// <summary>A norm or a bias as a vector of the activation type; several are joined end to end.</summary>
    public string VectorOf(string name, params ReadOnlySpan<DecoderWeight> weights)
    {
        OnnxElementType type = FloatStorage.Common(weights, StorageOf);
        return ToActivation(Declare(FloatStorage.Tensor(name, type, [FloatStorage.Elements(weights)], weights)), type);
    }

    public DecoderGraphModel Build() => new(Graph.Build(), _tensors);
}
