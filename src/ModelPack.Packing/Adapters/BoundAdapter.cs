using ModelPack.Formats.Numerics;
using ModelPack.Formats.Safetensors;
using ModelPack.Packing.Architectures;
using ModelPack.Packing.Quantizing;
using ModelPack.Packing.Sources;

namespace ModelPack.Packing.Adapters;

/// <summary>An adapter whose tensors have found their places in a decoder, one by one. Owns the open folder; dispose it. Thread-safe.</summary>
internal sealed class BoundAdapter : IDisposable
{
    private readonly LoraFolder _folder;
    private readonly DecoderArchitecture _base;
    private readonly Dictionary<string, LoraModule> _modules = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SafetensorsTensor> _replaced = new(StringComparer.Ordinal);

    private BoundAdapter(LoraFolder folder, HuggingFaceSource model)
    {
        DecoderArchitecture architecture = model.Architecture;
        _folder = folder;
        _base = architecture;
        ILookup<string, DecoderWeight> weights = architecture.Weights.ToLookup(weight => weight.Tensor, StringComparer.Ordinal);
        foreach (LoraModule module in folder.Modules)
        {
            string tensor = Find(weights, module.Name, ".weight") ?? throw NoPlace(module.A.Name, "of which the base has no linear layer");
            LoraShapes.Require(folder, module, weights[tensor].First(), model.Checkpoint.Tensors[tensor].Shape, architecture.Tied);
            _modules[tensor] = module;
        }

        foreach ((string name, SafetensorsTensor replacement) in folder.Replaced)
        {
            int dot = name.LastIndexOf('.');
            string tensor = Find(weights, name[..dot], name[dot..]) ?? throw NoPlace(replacement.Name, architecture.Tied ? "which the base does not have, or has only as its embedding" : "which the base does not have");
            IReadOnlyList<long> shape = model.Checkpoint.Tensors[tensor].Shape;
            if (!replacement.Shape.SequenceEqual(shape))
            {
                throw new ModelPackException(AdapterErrors.Shape, $"{folder.Folder}: {replacement.Name} is [{string.Join(", ", replacement.Shape)}] and {tensor} of the base is [{string.Join(", ", shape)}]; an adapter cannot change sizes, such as that of the vocabulary.");
            }

            _replaced[tensor] = replacement;
        }

        LoraShapes.RequireComplete(folder, architecture, _modules.Keys);
    }

    /// <summary>The folder's name.</summary>
    public string Name => _folder.Name;

    /// <summary>The folder.</summary>
    public LoraFolder Folder => _folder;

    /// <summary>Opens an adapter's folder and matches it with its base.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="model">The base; not owned, and needed only until this returns.</param>
    /// <exception cref="ModelPackException">MPK125x: the field or tensor and what is wrong with it.</exception>
    public static BoundAdapter Open(string path, HuggingFaceSource model)
    {
        LoraFolder folder = LoraFolder.Open(path);
        try
        {
            return new BoundAdapter(folder, model);
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>True when the adapter changes a weight.</summary>
    public bool Changes(DecoderWeight weight) => _modules.ContainsKey(weight.Tensor) || _replaced.ContainsKey(weight.Tensor);

    /// <summary>Type that holds a tensor's values with the adapter merged without loss.</summary>
    public ElementType TypeOf(string tensor, ElementType type) =>
        _modules.ContainsKey(tensor) ? ElementType.Float32 : _replaced.TryGetValue(tensor, out SafetensorsTensor? replacement) ? replacement.Type : type;

    /// <summary>The weights that the adapter adds a low-rank sum to, in the decoder's order.</summary>
    public IEnumerable<DecoderWeight> LowRankWeights => _base.Weights.Where(weight => _modules.ContainsKey(weight.Tensor));

    /// <summary>The first tensor that is no low-rank sum of a linear layer, and what it is; null when there is none.</summary>
    public (string Tensor, string Kind)? NotLowRank =>
        _replaced.Values.Select(tensor => tensor.Name).Order(StringComparer.Ordinal).FirstOrDefault() is { } replaced ? (replaced, "a trained tensor of the base (modules_to_save, bias)")
        : _folder.Modules.FirstOrDefault(module => module.IsEmbedding) is { } embedding ? (embedding.A.Name, "the embedding")
        : null;

    /// <summary>Ranks of the low-rank sums, ascending.</summary>
    public IReadOnlyList<int> Ranks => [.. _folder.Modules.Select(module => module.Rank).Distinct().Order()];

    /// <summary>Values of a weight with the adapter merged into it.</summary>
    /// <param name="weight">A weight of the base, its source type aside.</param>
    /// <param name="rows">Its values without the adapter.</param>
    public IWeightRows Merged(DecoderWeight weight, IWeightRows rows) =>
        _replaced.TryGetValue(weight.Tensor, out SafetensorsTensor? replacement) ? new CheckpointRows(weight with { Tensor = replacement.Name }, _folder.Checkpoint)
        : Factors(weight) is { } factors ? new MergedRows(rows, factors)
        : rows;

    /// <summary>What the adapter adds to a weight; null: nothing.</summary>
    /// <exception cref="ModelPackException">MPK1406: a factor is no number.</exception>
    public LowRankFactors? Factors(DecoderWeight weight)
    {
        if (!_modules.TryGetValue(weight.Tensor, out LoraModule? module))
        {
            return null;
        }

        float scale = _folder.Config.ScaleOf(module.Name);
        float[] a = Read(module.A), b = Read(module.B);
        return module.IsEmbedding
            ? new LowRankFactors(Transposed(a, module.Rank), Transposed(b, weight.Columns), module.Rank, scale)
            : new LowRankFactors(RowsOf(weight, b, module.Rank), a, module.Rank, scale);
    }

    /// <inheritdoc/>
    public void Dispose() => _folder.Dispose();

    /// <summary>Rows of B that are a weight's: all of them, or those of its part of a fused layer.</summary>
    private static float[] RowsOf(DecoderWeight weight, float[] b, int rank)
    {
        var left = new float[weight.Rows * rank];
        for (int row = 0; row < weight.Rows; row++)
        {
            b.AsSpan(LoraShapes.OutputOf(weight, row) * rank, rank).CopyTo(left.AsSpan(row * rank));
        }

        return left;
    }

    private static float[] Transposed(float[] values, int rows)
    {
        int columns = values.Length / rows;
        var transposed = new float[values.Length];
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                transposed[(column * rows) + row] = values[(row * columns) + column];
            }
        }

        return transposed;
    }

    private static float[] Read(SafetensorsTensor tensor)
    {
        var values = new float[tensor.ElementCount];
        tensor.ReadFloat32(0, values);
        FiniteRows.Require(tensor.Name, tensor.File, (int)tensor.Shape[^1], 0, values);
        return values;
    }

    /// <summary>The base's tensor of a module, whose names may have the family's prefix in one of both and not in the other.</summary>
    private string? Find(ILookup<string, DecoderWeight> weights, string module, string ending)
    {
        string prefix = _base.Family.Names.OptionalPrefix;
        string[] names = prefix.Length == 0 ? [module] : module.StartsWith(prefix, StringComparison.Ordinal) ? [module, module[prefix.Length..]] : [module, prefix + module];
        return names.Select(name => name + ending).FirstOrDefault(weights.Contains);
    }

    private ModelPackException NoPlace(string tensor, string why) =>
        new(AdapterErrors.NoPlace, $"{_folder.Folder}: {tensor} is for a module {why} ({_base.ConfigFile}); take the adapter of this base, or the base of this adapter.");
}
