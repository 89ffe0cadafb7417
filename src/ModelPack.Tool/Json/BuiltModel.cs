namespace ModelPack.Tool.Json;

/// <summary>One model of <see cref="BuildResult"/>.</summary>
/// <param name="Include">As in the request.</param>
/// <param name="Name">Folder name below models/.</param>
/// <param name="Key">Content key.</param>
/// <param name="Folder">Full path in the store.</param>
/// <param name="Files">Names of the packed files.</param>
/// <param name="Cached">True when the store had it before.</param>
/// <param name="LimitsPending">True when limits are set that only packing can check.</param>
/// <param name="Inputs">Full paths of every file the key depends on.</param>
/// <param name="Summary">One line for the build log.</param>
internal sealed record BuiltModel(
    string Include,
    string Name,
    string Key,
    string Folder,
    IReadOnlyList<string> Files,
    bool Cached,
    bool LimitsPending,
    IReadOnlyList<string> Inputs,
    string Summary);
