namespace ModelPack.LlamaCpp.Probe;

/// <summary>What llama.cpp reads from an importance matrix.</summary>
internal sealed record ImportanceTask(string Path) : ProbeTask
{
    public override object Run() => LlamaImportance.Read(Path) is { } entries
        ? entries.ToDictionary(pair => pair.Key, pair => new[] { pair.Value.Sums, [.. pair.Value.Counts.Select(count => (float)count)] })
        : throw new LlamaCppException($"{Path}: llama.cpp reads no importance matrix from it");
}
