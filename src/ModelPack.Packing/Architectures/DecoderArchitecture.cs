using ModelPack.Formats.Safetensors;
using ModelPack.Packing.Architectures.Configuration;
using ModelPack.Packing.Architectures.Families;
using ModelPack.Packing.Architectures.Rope;
using ModelPack.Packing.Architectures.Weights;

namespace ModelPack.Packing.Architectures;

/// <summary>
/// A decoder as config.json describes it, matched tensor by tensor with its checkpoint. Reading is validating: what is not
/// understood is refused, so that a graph built from an instance computes what the reference implementation computes.
/// Immutable, thread-safe.
/// </summary>
public sealed class DecoderArchitecture
{
    private DecoderArchitecture(ModelConfig config, FamilyDefinition family, DecoderDimensions sizes, IReadOnlyList<RopeParameters?> ropes, IReadOnlyList<int?> windows)
    {
        Family = family;
        ConfigFile = config.File;
        ModelType = family.ModelType;
        Layers = sizes.Layers;
        HiddenSize = sizes.Hidden;
        IntermediateSize = sizes.Intermediate;
        Heads = sizes.Heads;
        KvHeads = sizes.KeyValueHeads;
        HeadSize = sizes.HeadSize;
        VocabularySize = sizes.Vocabulary;
        ContextLength = ropes.Min(rope => rope?.ContextLength) ?? sizes.MaxPositions;
        DeclaredWindows = windows;
        SlidingWindows = [.. windows.Select(window => window < ContextLength ? window : null)];
        Tied = config.Flag("tie_word_embeddings", family.Tied);
        Ropes = ropes;
        Convolutions = family.Convolution?.Layers(config, sizes.Layers) ?? new bool[sizes.Layers];
        ConvolutionState = family.Convolution is { } convolution ? config.Integer(convolution.TapsField, convolution.Taps, 2) - 1 : 0;
        Activation = ActivationNames.Read(config, family.FeedForward);
        ModelConfig? generation = config.Beside("generation_config.json");
        Sampling = SamplingDefaults.Read(generation);
        var tokens = SpecialTokens.Read(config, generation, family, sizes.Vocabulary);
        BosTokenId = tokens.Bos;
        EosTokenIds = tokens.Eos;
        PadTokenId = tokens.Pad;
    }

    /// <summary>Full path of the config.json that was read, or of the file that it was rebuilt from.</summary>
    public string ConfigFile { get; internal set; }

    /// <summary>config.json's model_type, for example <c>llama</c>.</summary>
    public string ModelType { get; }

    /// <summary>Number of layers, at least 1.</summary>
    public int Layers { get; }

    /// <summary>Width of the residual stream.</summary>
    public int HiddenSize { get; }

    /// <summary>Inner width of the feed-forward network.</summary>
    public int IntermediateSize { get; }

    /// <summary>Query heads.</summary>
    public int Heads { get; }

    /// <summary>Key and value heads; divides <see cref="Heads"/>.</summary>
    public int KvHeads { get; }

    /// <summary>Elements of a head; even.</summary>
    public int HeadSize { get; }

    /// <summary>Elements of a head in the KV cache: <see cref="HeadSize"/>, rounded up to the multiple of 8 that the attention operator asks for.</summary>
    public int CacheHeadSize => (HeadSize + 7) / 8 * 8;

    /// <summary>Number of token ids.</summary>
    public int VocabularySize { get; }

    /// <summary>Longest sequence in tokens, prompt and answer together.</summary>
    public int ContextLength { get; }

    /// <summary>For each layer the positions that a position sees, itself included; null: all before it.</summary>
    public IReadOnlyList<int?> SlidingWindows { get; }

    /// <summary>True when one table is embedding and output head.</summary>
    public bool Tied { get; }

    /// <summary>Id of the token that begins a text, if config.json or generation_config.json names one.</summary>
    public int? BosTokenId { get; }

    /// <summary>Ids that end a generation, from generation_config.json and config.json; may be empty.</summary>
    public IReadOnlyList<int> EosTokenIds { get; }

    /// <summary>Id of the padding token, if config.json or generation_config.json names one.</summary>
    public int? PadTokenId { get; }

    /// <summary>Every weight: embedding, layer by layer, final norm, head.</summary>
    public IReadOnlyList<DecoderWeight> Weights { get; private set; } = [];

    internal FamilyDefinition Family { get; }

    /// <summary>As <see cref="SlidingWindows"/>, with windows that no sequence fills.</summary>
    internal IReadOnlyList<int?> DeclaredWindows { get; }

    /// <summary>Rotation of each layer's queries and keys; null: there is none.</summary>
    internal IReadOnlyList<RopeParameters?> Ropes { get; }

    internal Activation Activation { get; }

    /// <summary>Tokens before the current one that short convolutions see; 0 where there are none.</summary>
    public int ConvolutionState { get; }

    /// <summary>Layers that have a short convolution in place of an attention, and keep a state instead of keys and values.</summary>
    public IReadOnlyList<bool> Convolutions { get; }

    internal SamplingDefaults Sampling { get; }

    internal IReadOnlyList<DecoderLayer> Blocks { get; private set; } = [];

    internal EmbeddingWeights Embedding { get; private set; } = null!;

    internal HeadWeights Head { get; private set; } = null!;

    /// <summary>Reads a configuration and matches it with the tensors of its checkpoint.</summary>
    /// <param name="configFile">Path of config.json; a generation_config.json beside it is read too.</param>
    /// <param name="tensors">Name, type and shape of every tensor of the checkpoint.</param>
    /// <exception cref="ModelPackException">MPK12xx: the field or tensor and what is wrong with it.</exception>
    public static DecoderArchitecture Read(string configFile, IReadOnlyDictionary<string, TensorShape> tensors)
    {
        ArgumentException.ThrowIfNullOrEmpty(configFile);
        ArgumentNullException.ThrowIfNull(tensors);
        (ModelConfig config, DecoderArchitecture architecture) = ReadConfig(configFile);
        architecture.Bind(config, tensors);
        return architecture;
    }

    /// <summary>Reads a configuration and matches it with an open checkpoint.</summary>
    /// <param name="configFile">Path of config.json; a generation_config.json beside it is read too.</param>
    /// <param name="tensors">The tensors of the checkpoint.</param>
    /// <exception cref="ModelPackException">MPK12xx: the field or tensor and what is wrong with it.</exception>
    public static DecoderArchitecture Read(string configFile, IReadOnlyDictionary<string, SafetensorsTensor> tensors)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        return Read(configFile, tensors.ToDictionary(t => t.Key, t => new TensorShape(t.Value.Type, t.Value.Shape), StringComparer.Ordinal));
    }

    /// <summary>Reads a configuration and matches it with tensors that are named once it is known.</summary>
    /// <param name="configFile">Path of config.json.</param>
    /// <param name="layout">How the family's weights lie in the tensors.</param>
    /// <param name="tensors">Name, type and shape of every tensor.</param>
    /// <exception cref="ModelPackException">MPK12xx: the field or tensor and what is wrong with it.</exception>
    internal static DecoderArchitecture Read(
        string configFile, Func<FamilyDefinition, FamilyDefinition> layout, Func<DecoderArchitecture, IReadOnlyDictionary<string, TensorShape>> tensors)
    {
        (ModelConfig config, DecoderArchitecture architecture) = ReadConfig(configFile, layout);
        architecture.Bind(config, tensors(architecture));
        return architecture;
    }

    /// <summary>Refuses a configuration that no weights could make right; for use before the checkpoint is opened.</summary>
    /// <param name="configFile">Path of config.json.</param>
    /// <exception cref="ModelPackException">MPK12xx: the field and what is wrong with it.</exception>
    public static void CheckConfiguration(string configFile) => ReadConfig(configFile);

    private static (ModelConfig Config, DecoderArchitecture Architecture) ReadConfig(string configFile, Func<FamilyDefinition, FamilyDefinition>? layout = null)
    {
        ModelConfig config = TextSection.Of(ModelConfig.Read(Path.GetFullPath(configFile)));
        SelfConsistency.Check(config);
        FamilyDefinition family = FamilyTable.Find(config);
        config = config.Spelled(family.Spellings);
        MathFields.Check(config, family.Reads, family.ModelType);
        family = family.Adapt(config, family);
        family = layout is null ? family : layout(family);
        DecoderDimensions sizes = DecoderDimensions.Read(config, family);
        IReadOnlyList<int?> windows = family.Window.Resolve(config, sizes.Layers, family.Convolution is null ? LayerTypeNames.Attention : LayerTypeNames.Convolutional);
        return (config, new DecoderArchitecture(config, family, sizes, LayerRopes.Read(config, family, sizes, windows), windows));
    }

    private void Bind(ModelConfig config, IReadOnlyDictionary<string, TensorShape> tensors)
    {
        var binder = new CheckpointBinder(config, Family.Names, tensors);
        var layout = new WeightLayout(this, config, binder);
        Embedding = layout.Embedding();
        Blocks = [.. Enumerable.Range(0, Layers).Select(layout.Layer)];
        Head = layout.Head(Embedding.Table);
        binder.RefuseSurplus(Layers);
        Weights = binder.Weights;
    }
}
