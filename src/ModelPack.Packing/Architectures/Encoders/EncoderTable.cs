using ModelPack.Packing.Architectures.Configuration;
using ModelPack.Packing.Architectures.Encoders.Families;

namespace ModelPack.Packing.Architectures.Encoders;

/// <summary>Every family of encoders that can be packed, by model_type.</summary>
internal static class EncoderTable
{
    private const string Field = "model_type";
    private const string ArchitecturesField = "architectures";

    // The classes of a family whose encoder can be taken, by what follows its name; heads for pretraining are left out.
    private static readonly string[] Encoders = ["Model", "ForMaskedLM", "ForPreTraining"];
    private const string Classifier = "ForSequenceClassification";

    private static readonly EncoderDefinition[] All =
    [
        BertEncoder.Definition,
        RobertaEncoder.Definition,
        XlmRobertaEncoder.Definition,
        DistilBertEncoder.Definition,
        MpNetEncoder.Definition,
        ModernBertEncoder.Definition,
        AlbertEncoder.Definition,
        ElectraEncoder.Definition,
        NomicBertEncoder.Definition,
        DebertaV2Encoder.Definition,
    ];

    public static IReadOnlyList<EncoderDefinition> Families => All;

    /// <summary>True when a config.json names one of these families.</summary>
    public static bool Knows(ModelConfig config) => All.Any(family => family.ModelType == config.Text(Field));

    /// <summary>The family of a config.json.</summary>
    /// <exception cref="ModelPackException">MPK1205, MPK1206: model_type or architectures name something else.</exception>
    public static EncoderDefinition Find(ModelConfig config)
    {
        string modelType = config.Text(Field) ?? throw config.Missing(Field);
        EncoderDefinition family = All.FirstOrDefault(f => f.ModelType == modelType)
            ?? throw config.Error(ArchitectureErrors.ModelType, Field, $"is {modelType}, which is no encoder that can be packed; supported are {string.Join(", ", All.Select(f => f.ModelType))}");
        IReadOnlyList<string> architectures = config.Texts(ArchitecturesField) ?? [];
        return architectures.Count == 0 || IsClassifier(config, family) || architectures.Any(name => Encoders.Any(end => name == family.ClassName + end))
            ? family
            : throw config.Error(ArchitectureErrors.Architectures, ArchitecturesField, $"is {string.Join(", ", architectures)}; an encoder of model_type {modelType} is {string.Join(", ", Accepted(family))}");
    }

    /// <summary>True when the checkpoint has a head that classifies whole texts.</summary>
    public static bool IsClassifier(ModelConfig config, EncoderDefinition family) =>
        family.Classifier is not null && (config.Texts(ArchitecturesField) ?? []).Contains(family.ClassName + Classifier);

    private static IEnumerable<string> Accepted(EncoderDefinition family) =>
        (family.Classifier is null ? Encoders : [.. Encoders, Classifier]).Select(end => family.ClassName + end);
}
