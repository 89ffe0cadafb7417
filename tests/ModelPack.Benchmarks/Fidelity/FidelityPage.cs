using System.Globalization;
using System.Text;

namespace ModelPack.Benchmarks.Fidelity;

/// <summary>The text of docs/fidelity.md, from nothing but the table of finished cells and the other quantizers' results.</summary>
internal sealed class FidelityPage
{
    private const string Introduction = """
        # Fidelity

        How far packed models are from their checkpoints in float32: perplexity, and the mean KL divergence of the next-token predictions from the float
        model's. Made by `dotnet run -c Release --project tests/ModelPack.Benchmarks -- fidelity`, which needs the reference models and other quantizers'
        results (`shared/`) beside the checkout; fidelity.csv has every figure of ours, and finished cells are not measured again.

        - *exact*: the stored codes with float arithmetic. *deployed*: as packed, with int8 activations in the CPU kernels. ± is the standard error of the KL mean
          over windows; every window is run by itself and all its predictions count (protocol P1 of the papers).
        - Only the linear layers of the decoder blocks are quantized, because the other quantizers' figures were measured so. Bits a weight count codes, scales,
          zero points and the padding of partial groups of those layers.
        - Seconds and peak memory are those of a whole `modelpack quantize` process with an empty store, verification included, on two shared cores; *processor s* is
          the time of all cores together. SmolLM2's cells were measured beside other work, which stretches seconds up to tenfold and processor time
          hardly. Others' seconds were taken on a busy machine by their own measure: orders of magnitude.
        - Others' figures were all measured by one evaluator that is not ours; our base perplexities agree with it. Theirs are *in italics*.
        - *gptq* is the method as it comes: it decides by held-out rows of the calibration text whether it takes its targets from the float model's stream.
          The rows above it switch its parts on one by one: *plain* is the sweep alone with ranges as scales, then activation order over static groups, searched
          scales, targets, coordinate descent, refitted scales; they are left out where we are compared with others. *rtn*, *hqq* and *nf4* see no text.
        - Cells stay as they were measured until they are measured again, so that many of *gptq* and *awq+gptq* are of builds whose last steps were slower and chose
          slightly other codes; the cells of the aims below are measured again whenever codes change.

        """;

    private const string ChatNote = """
        SmolLM2-135M-Instruct in float16, from a GGUF file whose linear layers are Q4_1: their weights lie on a grid of 4 bits in asymmetric groups of 32 already, so that
        this one setting would flatter every method and is left out. *raw48* is text of the evaluation's own kind; *other24* is half as much, tokenized WikiText, of
        another surface form. Nobody else's results on the whole model are at hand.
        """;

    private readonly StringBuilder _text = new(Introduction + "\n");

    public static string Write(FidelityTable table, IReadOnlyList<PeerResult> peers, out int lost, out int compared)
    {
        var page = new FidelityPage();
        List<(ReferenceModel Model, List<FidelityRow> Rows, List<PeerResult> Peers)> models =
        [
            .. from model in ReferenceModel.All
               let rows = FidelityCell.All.Where(cell => cell.Model == model).Select(table.Find).OfType<FidelityRow>().ToList()
               where rows.Exists(row => row.Fault.Length == 0)
               select (model, rows, peers.Where(peer => peer.Model == model.PeerName && !peer.IsReference).ToList()),
        ];
        List<(ReferenceModel Model, PeerComparison Each)> comparisons =
            [.. models.SelectMany(each => PeerComparison.Of(each.Peers, [.. each.Rows.Where(IsWhole)]).Select(one => (each.Model, one)))];
        lost = comparisons.Count(each => each.Each.IsLost);
        compared = comparisons.Count;
        page.Summary(comparisons);
        page.Targets(models.SelectMany(each => each.Rows));
        models.ForEach(each => page.Model(each.Model, each.Rows, each.Peers, [.. comparisons.Where(one => one.Model == each.Model).Select(one => one.Each)]));
        return page._text.ToString().TrimEnd() + "\n";
    }

    private void Summary(List<(ReferenceModel Model, PeerComparison Each)> comparisons)
    {
        if (comparisons.Count == 0)
        {
            return;
        }

        Line("## Against every other quantizer, at the same or fewer bits");
        Line("");
        Line("| model | results of others | smaller KL: ours | theirs |");
        Line("| --- | ---: | ---: | ---: |");
        foreach (var model in comparisons.GroupBy(each => each.Model.Name))
        {
            Line($"| {model.Key} | {model.Count()} | {model.Count(each => !each.Each.IsLost)} | {model.Count(each => each.Each.IsLost)} |");
        }

        Line("");
        List<string> lost = [.. comparisons.Where(each => each.Each.IsLost).Select(each =>
            $"{each.Each.Peer.Tag} on {each.Model.Name} ({Kl(each.Each.Peer.Kl)} at {Bits(each.Each.Peer.BitsPerWeight)} bits, ours {Kl(each.Each.Own.Kl)} at {Bits(each.Each.Own.BitsPerWeight)}{(each.Each.IsClose ? ", within three standard errors" : "")})")];
        Line(lost.Count == 0 ? "Lost: none." : "Lost: " + string.Join("; ", lost) + ".");
        Line("");
    }

    private void Targets(IEnumerable<FidelityRow> rows)
    {
        var found = FidelityTarget.All
            .Select(target => (Target: target, Row: rows.FirstOrDefault(row => row.Model == target.Model && row.Setting == target.Setting && row.Method == FidelityMethod.Decided && row.Fault.Length == 0)))
            .Where(pair => pair.Row is not null).ToList();
        if (found.Count == 0)
        {
            return;
        }

        Line("## Aims of the calibrated road");
        Line("");
        Line("| model | setting | KL aimed at | reached | |");
        Line("| --- | --- | ---: | ---: | --- |");
        found.ForEach(pair => Line(
            $"| {pair.Target.Model} | {SettingOf(pair.Row!).Title} | {Kl(pair.Target.Kl)} | {Kl(pair.Row!.Kl)} ± {Kl(pair.Row.KlError)} | {(pair.Row.Kl <= pair.Target.Kl ? "met" : "**missed**")} |"));
        Line("");
    }

    private void Model(ReferenceModel model, List<FidelityRow> rows, List<PeerResult> peers, IReadOnlyList<PeerComparison> comparisons)
    {
        FidelityRow first = rows.First(row => row.Fault.Length == 0);
        Line($"## {model.Name}");
        Line("");
        Line($"{first.Windows} windows of {model.Length} tokens{(first.Windows == model.Windows ? "" : $" (of {model.Windows}: a trial, not comparable)")}, {first.Predictions} predictions. "
            + $"Float: perplexity {first.ReferencePerplexity.ToString("F6", CultureInfo.InvariantCulture)} (by the other evaluator {model.PaperPerplexity.ToString("F6", CultureInfo.InvariantCulture)}). "
            + $"Calibration: {string.Join("; ", model.Calibrations.Select(text => $"{(model.Calibrations.Count > 1 ? text.Name + ", " : "")}{text.Samples} x {text.Length} tokens of {text.Text.File}"))}.");
        Line("");
        if (model.Name == ReferenceModel.Chat)
        {
            Line(ChatNote);
            Line("");
        }

        foreach (FidelitySetting setting in FidelitySetting.All)
        {
            List<FidelityRow> own = rows.FindAll(row => row.Setting == setting.Name);
            if (own.Count > 0)
            {
                Setting(setting, own, peers.FindAll(peer => IsBeside(peer, setting)));
            }
        }

        if (comparisons.Count > 0)
        {
            Line($"### {model.Name}: every other quantizer's result, and our best that stores no more bits");
            Line("");
            Line("| other | bits a weight | perplexity | KL | ours | bits a weight | perplexity | KL | ratio |");
            Line("| --- | ---: | ---: | ---: | --- | ---: | ---: | ---: | ---: |");
            foreach (PeerComparison each in comparisons)
            {
                string ratio = each.Ratio.ToString("F2", CultureInfo.InvariantCulture);
                Line($"| {each.Peer.Tag} | {Bits(each.Peer.BitsPerWeight)} | {Perplexity(each.Peer.Perplexity)} | {Kl(each.Peer.Kl)} | {each.Own.Setting} {each.Own.Method} | {Bits(each.Own.BitsPerWeight)} "
                    + $"| {Perplexity(each.Own.Perplexity)} | {Kl(each.Own.Kl)} | {(each.IsLost ? $"**{ratio}**" : ratio)} |");
            }

            Line("");
        }
    }

    private void Setting(FidelitySetting setting, List<FidelityRow> rows, List<PeerResult> peers)
    {
        Line($"### {rows[0].Model}: {setting.Title}");
        Line("");
        Line("| method | bits a weight | perplexity | KL exact | ± | deployed | ± | same top token | seconds | processor s | peak MB |");
        Line("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        foreach (FidelityRow row in rows)
        {
            string name = (row.Calibration is "" or "usual" ? row.Method : $"{row.Method}, {row.Calibration}") + (row.Targets.Length > 0 ? $" (targets {row.Targets})" : "");
            Line(row.Fault.Length > 0
                ? $"| {name} | {row.Fault} | | | | | | | | | |"
                : $"| {name} | {Bits(row.BitsPerWeight)} | {Perplexity(row.Perplexity)} | {Kl(row.Kl)} | {Kl(row.KlError)} | {Kl(row.DeployedKl)} | {Kl(row.DeployedKlError)} "
                    + $"| {Share(row.TopAgreement)} | {Seconds(row.Seconds)} | {Seconds(row.ProcessorSeconds)} | {row.PeakMegabytes.ToString("F0", CultureInfo.InvariantCulture)} |");
        }

        foreach (PeerResult peer in peers.OrderBy(peer => peer.Kl))
        {
            Line($"| *{peer.Tag}* | {Bits(peer.BitsPerWeight)} | {Perplexity(peer.Perplexity)} | {Kl(peer.Kl)} | {Kl(peer.KlError)} | | | {Share(peer.TopAgreement)} "
                + $"| {Seconds(peer.Seconds)} | | |");
        }

        Line("");
    }

    /// <summary>The same codes and groups; HQQ's and NF4's own kinds beside the asymmetric and the symmetric setting; 3-bit results beside mixed bits.</summary>
    private static bool IsBeside(PeerResult peer, FidelitySetting setting) => setting.TargetBits is { } bits
        ? Math.Abs(peer.BitsPerWeight - bits) < 0.125
        : peer.Bits is null
            ? setting is { Bits: 4, GroupSize: 32 } && (peer.Tag.Contains("Q4_1", StringComparison.Ordinal) ? !setting.Symmetric : setting.Symmetric && peer.BitsPerWeight is > 4.2 and < 4.6)
            : peer.Bits == setting.Bits && peer.GroupSize == setting.GroupSize && (peer.Symmetric ?? IsCodebook(peer)) == setting.Symmetric;

    private static bool IsCodebook(PeerResult peer) => peer.Peer == "bitsandbytes";

    private static bool IsWhole(FidelityRow row) => row.Fault.Length == 0 && FidelityMethod.All.First(method => method.Name == row.Method).IsWhole;

    private static FidelitySetting SettingOf(FidelityRow row) => FidelitySetting.All.First(setting => setting.Name == row.Setting);

    private static string Bits(double value) => value.ToString("F3", CultureInfo.InvariantCulture);

    private static string Perplexity(double value) => value.ToString("F4", CultureInfo.InvariantCulture);

    private static string Seconds(double value) => double.IsNaN(value) ? "" : value.ToString("F1", CultureInfo.InvariantCulture);

    private static string Share(double value) => (100 * value).ToString("F2", CultureInfo.InvariantCulture) + " %";

    private static string Kl(double value) => value.ToString(value >= 0.001 ? "F5" : "F6", CultureInfo.InvariantCulture);

    private void Line(string text) => _text.Append(text).Append('\n');
}
