namespace ModelPack.Build;

/// <summary>What the tool says of one model: where its packed files are, or will be.</summary>
internal sealed class PlannedModel
{
    /// <summary>Full path of the source, as in the request.</summary>
    public string Include { get; set; } = "";

    /// <summary>Name of the output folder below <c>models/</c>.</summary>
    public string Name { get; set; } = "";

    /// <summary>Content key: equal keys are equal files.</summary>
    public string Key { get; set; } = "";

    /// <summary>Full path of the packed model in the store.</summary>
    public string Folder { get; set; } = "";

    /// <summary>Paths of the packed files, relative to <see cref="Folder"/>.</summary>
    public IReadOnlyList<string> Files { get; set; } = [];

    /// <summary>Full path of every file that the key depends on.</summary>
    public IReadOnlyList<string> Inputs { get; set; } = [];

    /// <summary>One line for the build log.</summary>
    public string Summary { get; set; } = "";

    /// <summary>True when the store had the model at the time of the plan.</summary>
    public bool Cached { get; set; }
}
