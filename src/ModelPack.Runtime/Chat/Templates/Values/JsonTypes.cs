using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace ModelPack.Runtime.Chat.Templates.Values;

[JsonSerializable(typeof(JsonNode))]
internal sealed partial class JsonTypes : JsonSerializerContext;
