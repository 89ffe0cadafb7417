namespace ModelPack.Packing.Manifests;

/// <summary>An adapter of a packed model.</summary>
/// <param name="Name">Name of its folder; where it is separate, the name that requests switch it on by.</param>
/// <param name="Mode">merge or separate.</param>
/// <param name="Ranks">Ranks of its low-rank sums, ascending.</param>
/// <param name="Files">Its files, with their hashes.</param>
public sealed record ManifestAdapter(string Name, string Mode, IReadOnlyList<int> Ranks, IReadOnlyList<ManifestFile> Files)
{
    /// <summary>Of a separate adapter: norm of the difference of the logits by their norm, packed with it switched on against the source with it merged; null where it is merged.</summary>
    public double? LogitsRelativeError { get; init; }

    /// <summary>Of a separate adapter: mean KL divergence of the packed model with it from the source with it merged, in nats.</summary>
    public double? KlDivergence { get; init; }
}
