using System.Text.Json.Serialization;
using ModelPack.Packing.Evaluation;

namespace ModelPack.Tool.Json;

/// <summary>Serializers of everything the tool prints or reads, made at compile time.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(InspectJson))]
[JsonSerializable(typeof(PlanJson))]
[JsonSerializable(typeof(FidelityReport))]
[JsonSerializable(typeof(RunJson))]
[JsonSerializable(typeof(CacheJson))]
[JsonSerializable(typeof(DoctorJson))]
[JsonSerializable(typeof(BuildRequest))]
[JsonSerializable(typeof(BuildResult))]
internal sealed partial class ToolJson : JsonSerializerContext;
