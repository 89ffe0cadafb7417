using System.Text.Json.Serialization;

namespace ModelPack.Runtime.Embeddings;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(EmbeddingDescription))]
internal sealed partial class EmbeddingJson : JsonSerializerContext;
