using System.Text.Json.Serialization;
using ModelPack.Packing.Store;

namespace ModelPack.Tool.Json;

/// <summary>What <c>cache --json</c> prints: the entries, and after prune and clear what was done.</summary>
internal sealed record CacheJson(string Directory, long MaxBytes, IReadOnlyList<CacheEntryJson> Entries)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Removed { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? FreedBytes { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? InUse { get; init; }

    public static CacheJson From(PackStore store, IEnumerable<StoreEntry> entries, Func<StoreEntry, string?>? fault = null) => new(
        store.Directory,
        store.MaxBytes,
        [
            .. entries.Select(entry => new CacheEntryJson(
                entry.Kind.ToString().ToLowerInvariant(), entry.Key, entry.Name, entry.Bytes, entry.LastUsed, entry.Path, fault?.Invoke(entry))),
        ]);
}
