using System.Text.Json;
using System.Text.Json.Serialization;

namespace ModelPack.Packing.Store;

/// <summary>entry.json of a stored model: what its files must be. Its own time of last write says when the model was last used.</summary>
internal sealed record EntryManifest(int Version, string Key, string Name, IReadOnlyList<EntryFile> Files)
{
    public const int CurrentVersion = 1;

    [JsonIgnore]
    public long Bytes => Files.Sum(file => file.Bytes);

    public static EntryManifest? TryParse(Stream json)
    {
        try
        {
            EntryManifest? manifest = JsonSerializer.Deserialize(json, EntryManifestJson.Default.EntryManifest);
            return manifest is { Version: CurrentVersion, Key: not null, Name: not null, Files.Count: > 0 } && manifest.Files.All(IsComplete) ? manifest : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public void Write(string path) => File.WriteAllBytes(path, JsonSerializer.SerializeToUtf8Bytes(this, EntryManifestJson.Default.EntryManifest));

    private static bool IsComplete(EntryFile? file) =>
        file is { Name.Length: > 0, Sha256.Length: 64 } && !Path.IsPathRooted(file.Name) && !file.Name.Split('/', '\\').Contains("..");
}

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(EntryManifest))]
internal sealed partial class EntryManifestJson : JsonSerializerContext;
