namespace ModelPack.Build;

/// <summary>What the tool says of one model: where its packed files are, or will be.</summary>
/// <param name="include">Full path of the source, as in the request.</param>
/// <param name="name">Name of the output folder below <c>models/</c>.</param>
/// <param name="key">Content key: equal keys are equal files.</param>
/// <param name="folder">Full path of the packed model in the store.</param>
/// <param name="files">Paths of the packed files, relative to <paramref name="folder"/>.</param>
/// <param name="inputs">Full path of every file that the key depends on.</param>
/// <param name="summary">One line for the build log; empty for none.</param>
/// <param name="limitsPending">True when limits are set that only packing can check.</param>
internal sealed class PlannedModel(string include, string name, string key, string folder, string[] files, string[] inputs, string summary, bool limitsPending = false)
{
    public readonly string Include = include;
    public readonly string Name = name;
    public readonly string Key = key;
    public readonly string Folder = folder;
    public readonly string[] Files = files;
    public readonly string[] Inputs = inputs;
    public readonly string Summary = summary;
    public readonly bool LimitsPending = limitsPending;
}
