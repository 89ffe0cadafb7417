using System.Text.Json.Serialization;

namespace ModelPack.Packing.Manifests;

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, NewLine = "\n", DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PackManifest))]
internal sealed partial class ManifestJson : JsonSerializerContext;
