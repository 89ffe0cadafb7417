namespace ModelPack.Benchmarks.Fidelity;

/// <summary>Another quantizer's result beside the best of ours that stores no more bits.</summary>
internal sealed record PeerComparison(PeerResult Peer, FidelityRow Own)
{
    // Bits a weight that count as the same: less than half a zero point in groups of 128.
    private const double SameBits = 0.012;

    /// <summary>Our divergence by theirs.</summary>
    public double Ratio => Own.Kl / Peer.Kl;

    /// <summary>True when theirs is smaller.</summary>
    public bool IsLost => Ratio > 1;

    /// <summary>True when the two lie within three standard errors of each other.</summary>
    public bool IsClose => Math.Abs(Own.Kl - Peer.Kl) < 3 * Math.Max(Own.KlError, Peer.KlError);

    /// <summary>Every peer for which we have something as small.</summary>
    public static IReadOnlyList<PeerComparison> Of(IEnumerable<PeerResult> peers, IReadOnlyList<FidelityRow> rows) =>
    [
        .. from peer in peers.OrderBy(peer => peer.BitsPerWeight).ThenBy(peer => peer.Kl)
           let own = rows.Where(row => row.BitsPerWeight <= peer.BitsPerWeight + SameBits).MinBy(row => row.Kl)
           where own is not null
           select new PeerComparison(peer, own),
    ];
}
