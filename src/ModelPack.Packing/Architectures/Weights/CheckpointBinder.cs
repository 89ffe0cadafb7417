using ModelPack.Formats.Numerics;
using ModelPack.Packing.Architectures.Configuration;
using ModelPack.Packing.Architectures.Families;

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
    private readonly string _prefix = tensors.ContainsKey($"{names.OptionalPrefix}{names.Embedding}.weight") ? names.OptionalPrefix : string.Empty;

    /// <summary>The weights bound so far, in the order of binding.</summary>
    public IReadOnlyList<DecoderWeight> Weights => _weights;

    /// <summary>Binds <c>module.weight</c> [rows, columns] and, where <paramref name="bias"/> is set, <c>module.bias</c> [rows].</summary>
    public Linear Linear(string module, WeightRole role, int? layer, Extent rows, Extent columns, bool bias) =>
        Linear(module, module, role, layer, RowPlan.Whole(rows), rows.Size, columns, bias, transposed: false);

    /// <summary>Binds a linear layer that is part of a tensor or lies transposed in it.</summary>
    /// <param name="module">Module of the tensor.</param>
    /// <param name="name">Module that the part would be if it had a tensor of its own.</param>
    /// <param name="role">What it is for.</param>
    /// <param name="layer">Layer from 0.</param>
    /// <param name="plan">Which rows of the tensor it has.</param>
    /// <param name="rows">Number of its rows.</param>
    /// <param name="columns">Its inputs.</param>
    /// <param name="bias">It has a bias, in the same rows of <c>module.bias</c>.</param>
    /// <param name="transposed">The tensor is [columns, rows].</param>
    public Linear Linear(string module, string name, WeightRole role, int? layer, RowPlan plan, int rows, Extent columns, bool bias, bool transposed)
    {
        DecoderWeight whole = Find($"{module}.weight", role, layer, transposed ? [columns, plan.Total] : [plan.Total, columns]);
        var weight = whole with { Name = $"{_prefix}{name}.weight", Rows = rows, Columns = columns.Size };
        if (transposed)
        {
            weight = weight with { View = new WeightView(plan.First, plan.Block, plan.Stride, 1, plan.Total.Size) };
        }
        else
        {
            weight = plan.IsConsecutive
                ? weight with { FirstRow = plan.First }
                : weight with { View = new WeightView((long)plan.First * columns.Size, plan.Block, (long)plan.Stride * columns.Size, columns.Size, 1) };
        }

        return new Linear(Add(weight), bias ? Bias(module, name, layer, plan, rows) : null);
    }

    /// <summary>Binds <c>module.weight</c> [rows, columns].</summary>
    public DecoderWeight Matrix(string module, WeightRole role, int? layer, Extent rows, Extent columns) => Add(Find($"{module}.weight", role, layer, [rows, columns]));

    /// <summary>Binds the factors and the addend of a norm, <c>module.weight</c> [size] and <c>module.bias</c> [size].</summary>
    public Norm Norm(string module, int? layer, NormStyle style, float epsilon, Extent size) => new(
        $"{_prefix}{module}",
        style.Kind,
        epsilon,
        size.Size,
        style.Weight ? [Factors($"{module}.weight", layer, style, [size])] : [],
        style.Bias ? Add(Find($"{module}.bias", WeightRole.Bias, layer, [size])) : null);

    /// <summary>Binds the factors of a norm, a tensor of any shape, as one vector.</summary>
    public DecoderWeight Factors(string tensor, int? layer, NormStyle style, ReadOnlySpan<Extent> extents)
    {
        DecoderWeight factors = Find(tensor, WeightRole.Norm, layer, extents);
        return Add(factors with
        {
            Rows = 1,
            Columns = factors.Rows * factors.Columns,
            Addend = style.Addend,
            SourceType = style.Addend == 0 ? factors.SourceType : ElementType.Float32,
        });
    }

    /// <summary>Binds a part of a tensor of any shape.</summary>
    /// <param name="tensor">Name of the tensor.</param>
    /// <param name="name">Name that the part would have by itself.</param>
    /// <param name="role">What it is for.</param>
    /// <param name="layer">Layer from 0.</param>
    /// <param name="extents">Shape of the tensor.</param>
    /// <param name="rows">Rows of the part; 1 for a vector.</param>
    /// <param name="columns">Columns of the part.</param>
    /// <param name="view">Where it lies.</param>
    public DecoderWeight Slice(string tensor, string name, WeightRole role, int? layer, ReadOnlySpan<Extent> extents, int rows, int columns, WeightView view) =>
        Add(Find(tensor, role, layer, extents) with { Name = _prefix + name, Rows = rows, Columns = columns, View = view });

    /// <summary>Binds a vector.</summary>
    public DecoderWeight Vector(string tensor, WeightRole role, int? layer, Extent size) => Add(Find(tensor, role, layer, [size]));

    /// <summary>Name of a module with what stands before all names of the checkpoint.</summary>
    public string Module(string module) => _prefix + module;

    /// <summary>True when the checkpoint has a tensor.</summary>
    public bool Has(string tensor) => tensors.ContainsKey(_prefix + tensor);

    /// <summary>Leaves a tensor of the checkpoint out on purpose.</summary>
    public void Ignore(string tensor) => _bound.Add(_prefix + tensor);

    /// <summary>Refuses a checkpoint that lacks every tensor of a layer, with the layer named instead of its first tensor.</summary>
    public void RequireLayer(int layer, int layers)
    {
        string prefix = _prefix + names.Layer(layer);
        if (!tensors.Keys.Any(name => name.StartsWith(prefix, StringComparison.Ordinal)))
        {
            throw Error(ArchitectureErrors.TensorMissing, $"{prefix}*: the checkpoint has no tensor of layer {layer}, but num_hidden_layers is {layers}; the checkpoint or config.json is incomplete");
        }
    }

    /// <summary>Refuses a checkpoint with weights that were not bound: leaving them out would give another model.</summary>
    public void RefuseSurplus(int layers)
    {
        string? surplus = tensors.Keys
            .Where(name => !_bound.Contains(name) && !names.Buffers.Any(end => name.EndsWith(end, StringComparison.Ordinal)) && !names.OtherParts.Any(start => name.StartsWith(start, StringComparison.Ordinal)))
            .Order(StringComparer.Ordinal)
            .FirstOrDefault();
        if (surplus is null)
        {
            return;
        }

        string beyond = _prefix + names.Layer(layers);
        throw Error(ArchitectureErrors.TensorSurplus, surplus.StartsWith(beyond, StringComparison.Ordinal)
            ? $"num_hidden_layers / {beyond}*: config.json says {layers} layers, but the checkpoint has {surplus}; correct num_hidden_layers"
            : $"{surplus} is a weight that this configuration has no place for; is a field such as attention_bias or model_type wrong?");
    }

    private DecoderWeight Bias(string module, string name, int? layer, RowPlan plan, int rows)
    {
        DecoderWeight whole = Find($"{module}.bias", WeightRole.Bias, layer, [plan.Total]);
        bool isWhole = plan.First == 0 && rows == plan.Total.Size;
        return Add(whole with
        {
            Name = $"{_prefix}{name}.bias",
            Columns = rows,
            View = isWhole ? null : new WeightView(plan.First, plan.Block, plan.Stride, 1, 1),
        });
    }

    private DecoderWeight Add(DecoderWeight weight)
    {
        _weights.Add(weight);
        return weight;
    }

    /// <summary>A tensor of a certain shape as one weight.</summary>
    private DecoderWeight Find(string tensor, WeightRole role, int? layer, ReadOnlySpan<Extent> extents)
    {
        string name = _prefix + tensor;
        string stored = tensors.ContainsKey(name) ? name : names.OldSpelling(name);
        if (!tensors.TryGetValue(stored, out TensorShape? found))
        {
            throw Error(ArchitectureErrors.TensorMissing, $"{name} is missing from the checkpoint; config.json calls for it");
        }

        if (!Fits(found, extents))
        {
            throw WrongShape(stored, found, extents);
        }

        if (!FloatingPoint.Contains(found.Type))
        {
            throw Error(ArchitectureErrors.TensorType, $"{stored} holds {found.Type} values where floating point belongs; take the unquantized checkpoint");
        }

        _bound.Add(stored);
        return new DecoderWeight(name, role, extents.Length == 1 ? 1 : extents[0].Size, extents[^1].Size, layer, stored, 0, found.Type);
    }

    private static bool Fits(TensorShape found, ReadOnlySpan<Extent> extents)
    {
        bool fits = found.Dims.Count == extents.Length;
        for (int i = 0; fits && i < extents.Length; i++)
        {
            fits = found.Dims[i] == extents[i].Size;
        }

        return fits;
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
