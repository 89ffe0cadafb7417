namespace ModelPack.Tool.Json;

/// <summary>What a build is answered.</summary>
internal sealed record BuildResult(string ToolVersion, IReadOnlyList<BuiltModel> Models);
