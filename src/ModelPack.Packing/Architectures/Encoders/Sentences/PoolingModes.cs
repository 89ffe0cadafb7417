using ModelPack.Packing.Architectures.Configuration;

namespace ModelPack.Packing.Architectures.Encoders.Sentences;

/// <summary>Reads 1_Pooling/config.json.</summary>
internal static class PoolingModes
{
    private const string NewField = "pooling_mode";

    private static readonly (PoolingMode Mode, string Flag, string Name)[] Known =
    [
        (PoolingMode.Cls, "pooling_mode_cls_token", "cls"),
        (PoolingMode.Max, "pooling_mode_max_tokens", "max"),
        (PoolingMode.Mean, "pooling_mode_mean_tokens", "mean"),
        (PoolingMode.MeanSqrtLength, "pooling_mode_mean_sqrt_len_tokens", "mean_sqrt_len_tokens"),
        (PoolingMode.WeightedMean, "pooling_mode_weightedmean_tokens", "weightedmean"),
        (PoolingMode.LastToken, "pooling_mode_lasttoken", "lasttoken"),
    ];

    /// <summary>The modes, in the order in which they are put side by side.</summary>
    /// <exception cref="ModelPackException">MPK1203, MPK1204, MPK1209: a field is wrong, or there is no mode.</exception>
    public static IReadOnlyList<PoolingMode> Read(ModelConfig config, int hidden)
    {
        int width = config.Integer("word_embedding_dimension", hidden, 1);
        if (width != hidden)
        {
            throw config.Invalid("word_embedding_dimension", $"is {width}, but the encoder's hidden_size is {hidden}");
        }

        RefuseUnknown(config);
        if (!config.Flag("include_prompt", true))
        {
            throw config.Error(ArchitectureErrors.Feature, "include_prompt", "is false: leaving the prompt out of the pooling cannot be packed");
        }

        PoolingMode[] modes = config.Raw(NewField) is null
            ? [.. Known.Where(known => config.Flag(known.Flag, false)).Select(known => known.Mode)]
            : [.. Names(config).Select(name => Mode(config, name)).Order()];
        return modes.Length > 0 ? modes : throw config.Invalid("pooling_mode_mean_tokens", "and all other modes are false; one has to be true");
    }

    private static IReadOnlyList<string> Names(ModelConfig config) =>
        config.Raw(NewField)!.Value.ValueKind == System.Text.Json.JsonValueKind.Array ? config.Texts(NewField)! : [config.Text(NewField)!];

    private static PoolingMode Mode(ModelConfig config, string name) => Known.FirstOrDefault(known => known.Name == name) is { Name: not null } found
        ? found.Mode
        : throw config.Invalid(NewField, $"is {name}; supported are {string.Join(", ", Known.Select(known => known.Name))}");

    private static void RefuseUnknown(ModelConfig config)
    {
        string? unknown = config.Fields.FirstOrDefault(field => field.StartsWith("pooling_mode_", StringComparison.Ordinal) && Known.All(known => known.Flag != field) && config.Flag(field, true));
        if (unknown is not null)
        {
            throw config.Error(ArchitectureErrors.Feature, unknown, $"is a mode that cannot be packed; supported are {string.Join(", ", Known.Select(known => known.Flag))}");
        }
    }
}
