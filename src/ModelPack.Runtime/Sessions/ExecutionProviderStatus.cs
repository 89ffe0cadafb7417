namespace ModelPack.Runtime.Sessions;

/// <summary>Whether models can run on a kind of processor here.</summary>
/// <param name="Name"><c>CUDA</c> or <c>CPU</c>.</param>
/// <param name="Available">Whether it can be used.</param>
/// <param name="Reason">What was found, or each thing tried and why it failed.</param>
public sealed record ExecutionProviderStatus(string Name, bool Available, string Reason);
