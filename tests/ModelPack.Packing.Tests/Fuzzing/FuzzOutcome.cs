namespace ModelPack.Tests.Fuzzing;

/// <summary>What became of one damaged file.</summary>
/// <param name="Code">Error code of the refusal; null where it was read.</param>
/// <param name="Problem">What must not happen; null where nothing did.</param>
/// <param name="Allocated">Bytes allocated.</param>
/// <param name="Length">Bytes of the file.</param>
/// <param name="Taken">Time of the thread, work of others beside it included.</param>
internal readonly record struct FuzzOutcome(string? Code, string? Problem, long Allocated, int Length, TimeSpan Taken);
