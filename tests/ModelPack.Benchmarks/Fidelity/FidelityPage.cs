using System.Text;
using ModelPack.Packing.Evaluation;

namespace ModelPack.Benchmarks.Fidelity;

/// <summary>The text of docs/fidelity.md.</summary>
internal sealed class FidelityPage
{
    // Bits a weight that count as the same: less than half a zero point in groups of 128.
    private const double SameBits = 0.012;

    private const string Introduction = """
        # Fidelity

        How far packed models are from their checkpoints in float32: perplexity, and the mean KL divergence of the next-token predictions from the float
        model's. Made by `dotnet run -c Release --project tests/ModelPack.Benchmarks -- fidelity`, which needs the reference models and other quantizers'
        results (`shared/`) beside the checkout.

        - *exact*: the stored codes with float arithmetic. *deployed*: as packed, with int8 activations in the CPU kernels.
        - Only the linear layers of the decoder blocks are quantized, because the other quantizers' figures were measured so; `default recipe` also has its
          8-bit embedding and head. Bits a weight count codes, scales, zero points and the padding of partial groups of those layers.
        - Every window is run by itself and all its predictions count (protocol P1 of the papers). ± is the standard error of the KL mean over windows.
          Others' figures were all measured by one evaluator that is not ours; our base perplexities agree with it.
        - Beside each row: the best round-to-nearest or HQQ of others *with the same setting*, then the best of theirs that stores *the same bits or fewer*,
          whatever its setting. HQQ stores float zero points, so that its bits at the same setting are more. Methods that need calibration text are not in
          this comparison, nor are 3 bits, which the runtime's kernels cannot store.

        """;

    private readonly StringBuilder _text = new(Introduction + "\n");

    /// <summary>Comparisons at the same stored bits.</summary>
    public int Compared { get; private set; }

    /// <summary>Those in which ours has the larger KL divergence.</summary>
    public int Worse { get; private set; }

    public void Add(ReferenceModel model, IReadOnlyList<FidelityRow> rows, double secondHalves, IReadOnlyList<PeerResult> peers, bool complete)
    {
        FidelityReport first = rows[0].Exact;
        Line($"## {model.Name}");
        Line("");
        Line($"{first.Windows} windows of {model.Length} tokens{(complete ? "" : $" (of {model.Windows}: a trial, not comparable)")}, {first.Tokens} predictions. "
            + $"Float: perplexity {first.ReferencePerplexity:F6} (reference {model.PaperPerplexity:F6}), second halves {secondHalves:F6} (reference {model.LlamaCppPerplexity:F6}).");
        Line("");
        Line("| setting | bits a weight | perplexity exact | deployed | KL exact | ± | deployed | same top token | best other, same setting | best other, same bits |");
        Line("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- | --- |");
        foreach (FidelityRow row in rows)
        {
            PeerResult? same = row.Case.Tables ? null : peers.Where(peer => HasSetting(peer, row.Case)).MinBy(peer => peer.KlMean);
            PeerResult? bits = row.Case.Tables ? null : peers.Where(peer => peer.BitsPerWeight <= row.BitsPerWeight + SameBits).MinBy(peer => peer.KlMean);
            Line($"| {row.Case.Name} | {row.BitsPerWeight:F3} | {row.Exact.Perplexity:F4} | {(row.Deployed is { } d ? $"{d.Perplexity:F4}" : "")} "
                + $"| {Kl(row.Exact.KlDivergence.Mean)} | {Kl(row.Exact.KlDivergence.StandardError)} | {(row.Deployed is { } e ? Kl(e.KlDivergence.Mean) : "")} "
                + $"| {row.Exact.TopAgreement:P2} | {Describe(same)} | {Describe(bits)} |");
        }

        Line("");
        Line("Against every round-to-nearest and HQQ of others: our best setting that stores no more bits.");
        Line("");
        Line("| other | bits a weight | perplexity | KL | ours | bits a weight | perplexity | KL | ratio |");
        Line("| --- | ---: | ---: | ---: | --- | ---: | ---: | ---: | ---: |");
        foreach (PeerResult peer in peers.OrderBy(peer => peer.BitsPerWeight).ThenBy(peer => peer.KlMean))
        {
            if (rows.Where(row => !row.Case.Tables && row.BitsPerWeight <= peer.BitsPerWeight + SameBits).MinBy(row => row.Exact.KlDivergence.Mean) is not { } own)
            {
                continue;
            }

            double ratio = own.Exact.KlDivergence.Mean / peer.KlMean;
            Compared++;
            Worse += ratio > 1 ? 1 : 0;
            Line($"| {peer.Tag} | {peer.BitsPerWeight:F3} | {peer.Perplexity:F4} | {Kl(peer.KlMean)} | {own.Case.Name} | {own.BitsPerWeight:F3} "
                + $"| {own.Exact.Perplexity:F4} | {Kl(own.Exact.KlDivergence.Mean)} | {(ratio > 1 ? $"**{ratio:F2}**" : $"{ratio:F2}")} |");
        }

        Line("");
    }

    public override string ToString() => _text.ToString().TrimEnd() + "\n";

    private static bool HasSetting(PeerResult peer, FidelityCase each) =>
        peer.Bits == each.Bits && peer.GroupSize == each.GroupSize && peer.Symmetric == each.Symmetric;

    private static string Describe(PeerResult? peer) => peer is null ? "" : $"{Kl(peer.KlMean)} {peer.Tag} ({peer.BitsPerWeight:F3})";

    private static string Kl(double value) => value >= 0.001 ? $"{value:F5}" : $"{value:F6}";

    private void Line(string text) => _text.Append(text).Append('\n');
}
