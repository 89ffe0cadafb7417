namespace ModelPack.Tool.Json;

/// <summary>One QuantizedModel item.</summary>
internal sealed record BuildModel
{
    /// <summary>Full path of the source.</summary>
    public string Include { get; init; } = "";

    /// <summary>The item's own metadata.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>Full path of the file that declares the item; errors point at it.</summary>
    public string DefiningProject { get; init; } = "";
}
