using System.Text.Json.Serialization;

namespace ModelPack.Packing.Manifests;

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, NewLine = "\n")]
[JsonSerializable(typeof(PackManifest))]
internal sealed partial class ManifestJson : JsonSerializerContext;
