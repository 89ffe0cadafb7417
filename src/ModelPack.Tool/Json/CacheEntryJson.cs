using System.Text.Json.Serialization;

namespace ModelPack.Tool.Json;

/// <summary>One entry of the store; <paramref name="Fault"/> only after verify, and only when it was damaged.</summary>
internal sealed record CacheEntryJson(
    string Kind,
    string Key,
    string Name,
    long Bytes,
    DateTime LastUsed,
    string Path,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Fault);
