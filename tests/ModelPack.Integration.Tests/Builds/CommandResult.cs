namespace ModelPack.Integration.Tests.Builds;

/// <summary>How a process ended and what it printed.</summary>
internal sealed record CommandResult(int ExitCode, string Output);
