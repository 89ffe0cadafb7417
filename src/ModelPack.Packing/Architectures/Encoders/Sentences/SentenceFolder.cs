using ModelPack.Formats.Safetensors;
using ModelPack.Packing.Architectures.Configuration;
using ModelPack.Packing.Architectures.Weights;

namespace ModelPack.Packing.Architectures.Encoders.Sentences;

/// <summary>What the files of sentence-transformers in a model folder add to its encoder. Owns the checkpoints of dense modules; dispose it.</summary>
internal sealed class SentenceFolder : IDisposable
{
    private const string ConfigName = "config.json";
    private const string WeightsName = "model.safetensors";

    private static readonly Dictionary<string, PoolerActivation> Activations = new(StringComparer.Ordinal)
    {
        ["Identity"] = PoolerActivation.Identity,
        ["Tanh"] = PoolerActivation.Tanh,
        ["ReLU"] = PoolerActivation.Relu,
        ["GELU"] = PoolerActivation.Gelu,
    };

    private readonly List<SafetensorsCheckpoint> _checkpoints = [];
    private readonly List<string> _inputs = [];
    private readonly Dictionary<string, SafetensorsTensor> _tensors = new(StringComparer.Ordinal);

    private SentenceFolder()
    {
    }

    /// <summary>How states become an embedding; null: the folder has no such files.</summary>
    public SentencePooling? Pooling { get; private set; }

    /// <summary>Tensors of the dense modules, by the names that their weights give.</summary>
    public IReadOnlyDictionary<string, SafetensorsTensor> Tensors => _tensors;

    /// <summary>Full paths of the files that were read.</summary>
    public IReadOnlyList<string> Inputs => _inputs;

    /// <summary>Reads the files of a folder.</summary>
    /// <exception cref="ModelPackException">MPK1240, MPK12xx, MPK10xx: a file is missing, unreadable, or asks for what cannot be packed.</exception>
    public static SentenceFolder Read(string folder, int hidden)
    {
        var read = new SentenceFolder();
        try
        {
            IReadOnlyList<SentenceModule> modules = SentenceModuleList.Read(folder);
            if (modules.Count > 0)
            {
                read._inputs.Add(Path.Combine(folder, SentenceModuleList.FileName));
                read.ReadModules(folder, modules, hidden);
            }

            return read;
        }
        catch
        {
            read.Dispose();
            throw;
        }
    }

    public void Dispose() => _checkpoints.ForEach(checkpoint => checkpoint.Dispose());

    private void ReadModules(string folder, IReadOnlyList<SentenceModule> modules, int hidden)
    {
        IReadOnlyList<PoolingMode> modes = PoolingModes.Read(Configuration(folder, modules[0]), hidden);
        int width = modes.Count * hidden;
        var steps = new List<SentenceStep>();
        foreach (SentenceModule module in modules.Skip(1))
        {
            if (module.Kind == "Normalize")
            {
                steps.Add(new SentenceStep.Normalize());
                continue;
            }

            SentenceStep.Dense dense = Dense(folder, module, width);
            width = dense.Layer.Weight.Rows;
            steps.Add(dense);
        }

        Pooling = new SentencePooling(modes, steps);
    }

    private ModelConfig Configuration(string folder, SentenceModule module)
    {
        string file = Path.Combine(folder, module.Path, ConfigName);
        _inputs.Add(file);
        return ModelConfig.Read(file);
    }

    private SentenceStep.Dense Dense(string folder, SentenceModule module, int width)
    {
        ModelConfig config = Configuration(folder, module);
        int given = config.Integer("in_features", 1);
        if (given != width)
        {
            throw config.Invalid("in_features", $"is {given}, but what comes before it gives {width}");
        }

        string kind = (config.Text("activation_function") ?? "torch.nn.modules.activation.Tanh").Split('.')[^1];
        if (!Activations.TryGetValue(kind, out PoolerActivation activation))
        {
            throw config.Error(ArchitectureErrors.Activation, "activation_function", $"is {kind}, which cannot be packed; supported are {string.Join(", ", Activations.Keys)}");
        }

        SafetensorsCheckpoint checkpoint = OpenWeights(Path.Combine(folder, module.Path));
        var names = new WeightNames { OptionalPrefix = string.Empty, Embedding = string.Empty };
        var binder = new CheckpointBinder(config, names, checkpoint.Tensors.ToDictionary(t => t.Key, t => new TensorShape(t.Value.Type, t.Value.Shape), StringComparer.Ordinal));
        Linear layer = binder.Linear("linear", WeightRole.Projection, null, new Extent(config.Integer("out_features", 1), "out_features"), new Extent(width, "in_features"), config.Flag("bias", true));
        binder.RefuseSurplus(0);
        return new SentenceStep.Dense(new Linear(Own(layer.Weight, module, checkpoint), layer.Bias is null ? null : Own(layer.Bias, module, checkpoint)), activation);
    }

    /// <summary>Several dense modules have the same names of tensors: the folder's goes before them.</summary>
    private DecoderWeight Own(DecoderWeight weight, SentenceModule module, SafetensorsCheckpoint checkpoint)
    {
        string name = $"{module.Path}.{weight.Name}";
        _tensors[name] = checkpoint.Tensors[weight.Tensor];
        return weight with { Name = name, Tensor = name };
    }

    private SafetensorsCheckpoint OpenWeights(string folder)
    {
        string file = Path.Combine(folder, WeightsName);
        if (!File.Exists(file))
        {
            throw new ModelPackException(ArchitectureErrors.SentenceModules, $"{folder} has no {WeightsName}; save the module's weights as safetensors.");
        }

        var checkpoint = SafetensorsCheckpoint.Open(file);
        _checkpoints.Add(checkpoint);
        _inputs.Add(file);
        return checkpoint;
    }
}
