using ModelPack.Formats.Numerics;
using ModelPack.Packing.Architectures.Configuration;

namespace ModelPack.Packing.Architectures.Weights;

/// <summary>Matches the weights that a configuration calls for with the tensors of a checkpoint, one to one.</summary>
internal sealed class CheckpointBinder(ModelConfig config, WeightNames names, IReadOnlyDictionary<string, TensorShape> tensors)
{
    private static readonly HashSet<ElementType> FloatingPoint =
    [
        ElementType.Float64, ElementType.Float32, ElementType.Float16, ElementType.BFloat16, ElementType.Float8E4M3, ElementType.Float8E5M2,
    ];

    private readonly HashSet<string> _bound = new(StringComparer.Ordinal);
    private readonly List<DecoderWeight> _weights = [];

    /// <summary>The weights bound so far, in the order of binding.</summary>
    public IReadOnlyList<DecoderWeight> Weights => _weights;

    /// <summary>Binds <c>module.weight</c> [rows, columns] and, where <paramref name="bias"/> is set, <c>module.bias</c> [rows].</summary>
    public Linear Linear(string module, WeightRole role, int? layer, Extent rows, Extent columns, bool bias)
    {
        DecoderWeight weight = Matrix(module, role, layer, rows, columns);
        return new Linear(weight, bias ? Vector($"{module}.bias", WeightRole.Bias, layer, rows) : null);
    }

    /// <summary>Binds <c>module.weight</c> [rows, columns].</summary>
    public DecoderWeight Matrix(string module, WeightRole role, int? layer, Extent rows, Extent columns) => Bind($"{module}.weight", role, layer, [rows, columns]);

    /// <summary>Binds the factors of a norm, <c>module.weight</c> [size].</summary>
    public DecoderWeight Norm(string module, int? layer, Extent size) => Vector($"{module}.weight", WeightRole.Norm, layer, size);

    /// <summary>Leaves a tensor of the checkpoint out on purpose.</summary>
    public void Ignore(string tensor) => _bound.Add(tensor);

    /// <summary>Refuses a checkpoint that lacks every tensor of a layer, with the layer named instead of its first tensor.</summary>
    public void RequireLayer(int layer, int layers)
    {
        string prefix = names.Layer(layer);
        if (!tensors.Keys.Any(name => name.StartsWith(prefix, StringComparison.Ordinal)))
        {
            throw Error(ArchitectureErrors.TensorMissing, $"{prefix}*: the checkpoint has no tensor of layer {layer}, but num_hidden_layers is {layers}; the checkpoint or config.json is incomplete");
        }
    }

    /// <summary>Refuses a checkpoint with weights that were not bound: leaving them out would give another model.</summary>
    public void RefuseSurplus(int layers)
    {
        string? surplus = tensors.Keys.Where(name => !_bound.Contains(name) && !names.Buffers.Any(b => name.EndsWith(b, StringComparison.Ordinal))).Order(StringComparer.Ordinal).FirstOrDefault();
        if (surplus is null)
        {
            return;
        }

        string beyond = names.Layer(layers);
        throw Error(ArchitectureErrors.TensorSurplus, surplus.StartsWith(beyond, StringComparison.Ordinal)
            ? $"num_hidden_layers / {beyond}*: config.json says {layers} layers, but the checkpoint has {surplus}; correct num_hidden_layers"
            : $"{surplus} is a weight that this configuration has no place for; is a field such as attention_bias or model_type wrong?");
    }

    private DecoderWeight Vector(string name, WeightRole role, int? layer, Extent size) => Bind(name, role, layer, [size]);

    private DecoderWeight Bind(string name, WeightRole role, int? layer, ReadOnlySpan<Extent> extents)
    {
        if (!tensors.TryGetValue(name, out TensorShape? found))
        {
            throw Error(ArchitectureErrors.TensorMissing, $"{name} is missing from the checkpoint; config.json calls for it");
        }

        if (found.Dims.Count != extents.Length || found.Dims[0] != extents[0].Size || found.Dims[^1] != extents[^1].Size)
        {
            throw WrongShape(name, found, extents);
        }

        if (!FloatingPoint.Contains(found.Type))
        {
            throw Error(ArchitectureErrors.TensorType, $"{name} holds {found.Type} values where floating point belongs; take the unquantized checkpoint");
        }

        _bound.Add(name);
        var weight = new DecoderWeight(name, role, extents.Length == 1 ? 1 : extents[0].Size, extents[^1].Size, layer, name, 0, found.Type);
        _weights.Add(weight);
        return weight;
    }

    private ModelPackException WrongShape(string name, TensorShape found, ReadOnlySpan<Extent> extents)
    {
        var wanted = new List<long>();
        var fields = new List<string>();
        for (int i = 0; i < extents.Length; i++)
        {
            wanted.Add(extents[i].Size);
            if (found.Dims.Count != extents.Length || found.Dims[i] != extents[i].Size)
            {
                fields.Add(extents[i].Fields);
            }
        }

        return Error(ArchitectureErrors.TensorShape, $"{name} / {string.Join(", ", fields)}: the tensor is {found}, config.json calls for [{string.Join(", ", wanted)}]; weights and configuration do not belong together");
    }

    private ModelPackException Error(string code, string sentence) => new(code, $"{config.Folder}: {sentence}.");
}
