using ModelPack.Packing.Architectures.Configuration;
using ModelPack.Packing.Architectures.Encoders.Weights;
using ModelPack.Packing.Architectures.Families;
using ModelPack.Packing.Architectures.Rope;
using ModelPack.Packing.Architectures.Weights;

namespace ModelPack.Packing.Architectures.Encoders;

/// <summary>
/// An encoder as config.json describes it, matched tensor by tensor with its checkpoint. Reading is validating: what is not
/// understood is refused, so that a graph built from an instance computes what the reference implementation computes.
/// Immutable, thread-safe.
/// </summary>
internal sealed class EncoderArchitecture
{
    private EncoderArchitecture(EncoderDefinition family, EncoderSizes sizes)
    {
        Family = family;
        Sizes = sizes;
    }

    public EncoderDefinition Family { get; }

    public EncoderSizes Sizes { get; }

    /// <summary>Longest text in tokens.</summary>
    public int MaxTokens { get; private init; }

    public PositionStyle Positions { get; private init; }

    public Activation Activation { get; private init; }

    public EncoderEmbedding Embedding { get; private set; } = null!;

    /// <summary>The layers in the order that a text passes them; some families pass the same one several times.</summary>
    public IReadOnlyList<EncoderLayer> Layers { get; private set; } = [];

    public Norm? FinalNorm { get; private set; }

    public DecoderWeight? RelativeBias { get; private set; }

    public RelativePositions? Distances { get; private set; }

    /// <summary>Null: the checkpoint has none.</summary>
    public ClassifierWeights? Pooler { get; private set; }

    /// <summary>Null: the checkpoint does not classify.</summary>
    public ClassifierWeights? Classifier { get; private set; }

    /// <summary>Every weight, in the order of the graph.</summary>
    public IReadOnlyList<DecoderWeight> Weights { get; private set; } = [];

    /// <summary>True when a config.json names a family of encoders, whether the rest of it is right or not.</summary>
    /// <exception cref="ModelPackException">MPK1201: not JSON.</exception>
    public static bool Knows(string configFile) => EncoderTable.Knows(ModelConfig.Read(Path.GetFullPath(configFile)));

    /// <summary>Reads a configuration and matches it with the tensors of its checkpoint.</summary>
    /// <exception cref="ModelPackException">MPK12xx: the field or tensor and what is wrong with it.</exception>
    public static EncoderArchitecture Read(string configFile, IReadOnlyDictionary<string, TensorShape> tensors)
    {
        ModelConfig config = ModelConfig.Read(Path.GetFullPath(configFile));
        SelfConsistency.Check(config);
        EncoderDefinition family = EncoderTable.Find(config);
        config = config.Spelled(family.Spellings);
        EncoderFields.Check(config, family);
        EncoderSizes sizes = EncoderSizes.Read(config, family);
        PositionStyle positions = family.PositionsField is string field && !config.Flag(field, true) ? PositionStyle.None : family.Positions;
        int tokens = positions == PositionStyle.BehindPadding ? sizes.Positions - sizes.PadToken - 1 : sizes.Positions;
        var architecture = new EncoderArchitecture(family, sizes)
        {
            Positions = positions,
            MaxTokens = tokens > 0 ? tokens : throw config.Invalid("max_position_embeddings", $"is {sizes.Positions}, which leaves no position behind pad_token_id ({sizes.PadToken})"),
            Activation = ReadActivation(config, family),
        };
        architecture.Bind(config, tensors);
        return architecture;
    }

    private static Activation ReadActivation(ModelConfig config, EncoderDefinition family) =>
        family.FeedForward.ActivationFields.FirstOrDefault(config.Has) is string field && family.Activations.TryGetValue(config.Text(field)!, out Activation own)
            ? own
            : ActivationNames.Read(config, family.FeedForward);

    private void Bind(ModelConfig config, IReadOnlyDictionary<string, TensorShape> tensors)
    {
        ClassifierStyle? style = EncoderTable.IsClassifier(config, Family) ? Family.Classifier : null;
        var binder = new CheckpointBinder(config, Family.Names with { OtherParts = [.. Family.Names.OtherParts, .. Heads(Family)] }, tensors);
        var outside = new CheckpointBinder(config, Family.Names with { OptionalPrefix = string.Empty }, tensors);
        var layout = new EncoderLayout(config, Family, Sizes, binder);
        Embedding = layout.Embedding(Positions != PositionStyle.None);
        RelativeBias = layout.RelativeBias();
        Distances = layout.Distances();
        int stored = Family.SharesLayers ? config.Integer("num_hidden_groups", 1, 1) : Sizes.Layers;
        EncoderLayer[] layers = [.. Enumerable.Range(0, stored).Select(layer => layout.Layer(layer, stored))];
        IReadOnlyList<int?> windows = Family.Window?.Resolve(config, Sizes.Layers) ?? new int?[Sizes.Layers];
        IReadOnlyList<RopeParameters?> ropes = ReadRopes(config, windows);
        Layers = [.. Enumerable.Range(0, Sizes.Layers).Select(layer => layers[(int)((long)layer * stored / Sizes.Layers)] with { Window = windows[layer], Rope = ropes[layer] })];
        FinalNorm = layout.FinalNorm();
        Pooler = layout.Pooler();
        Classifier = style is null ? null : ReadClassifier(config, style, outside, tensors);
        binder.RefuseSurplus(stored);
        Weights = [.. binder.Weights, .. outside.Weights];
    }

    // Heads stand outside the prefix of the encoder.
    private static IEnumerable<string> Heads(EncoderDefinition family) =>
        new[] { family.Classifier?.Dense, family.Classifier?.Output }.Where(name => name is not null).Select(name => name!.Split('.')[0] + ".");

    private ClassifierWeights ReadClassifier(ModelConfig config, ClassifierStyle style, CheckpointBinder binder, IReadOnlyDictionary<string, TensorShape> tensors)
    {
        Extent hidden = Sizes.HiddenExtent(config);
        int labels = tensors.TryGetValue($"{style.Output}.weight", out TensorShape? shape) && shape.Dims.Count == 2 ? (int)shape.Dims[0] : 1;
        Linear dense = style.Dense is string module
            ? binder.Linear(module, WeightRole.Projection, null, hidden, hidden, bias: true)
            : Pooler?.Dense ?? throw config.Error(ArchitectureErrors.TensorMissing, "architectures", $"names a classifier, but the checkpoint has no {Family.Pooler}.weight");
        return new ClassifierWeights(dense, style.Activation, binder.Linear(style.Output, WeightRole.Head, null, new Extent(labels, "id2label"), hidden, bias: true));
    }

    private IReadOnlyList<RopeParameters?> ReadRopes(ModelConfig config, IReadOnlyList<int?> windows)
    {
        if (Family.Rope is not RopeStyle style)
        {
            return new RopeParameters?[Sizes.Layers];
        }

        // Rotations are read as decoders read theirs.
        var sizes = new DecoderDimensions(Sizes.Layers, Sizes.Hidden, Sizes.Intermediate, Sizes.Heads, Sizes.Heads, Sizes.HeadSize, Sizes.Vocabulary, Sizes.Positions);
        var family = new FamilyDefinition { ModelType = Family.ModelType, Architectures = [], MaxPositions = Sizes.Positions, Rope = style };
        IReadOnlyList<RopeParameters?> ropes = LayerRopes.Read(config, family, sizes, windows);
        return ropes.FirstOrDefault(rope => rope is { Dynamic: not null } or { Long: not null }) is { } unfit
            ? throw config.Error(ArchitectureErrors.Rope, "rope_type", $"is {unfit.Kind}, which encoders cannot be packed with")
            : ropes;
    }
}
