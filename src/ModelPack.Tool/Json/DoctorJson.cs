using ModelPack.Runtime.Sessions;

namespace ModelPack.Tool.Json;

/// <summary>What <c>doctor --json</c> prints.</summary>
internal sealed record DoctorJson(IReadOnlyList<ExecutionProviderStatus> Providers);
