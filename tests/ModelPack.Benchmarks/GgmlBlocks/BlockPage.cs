using System.Globalization;
using System.Text;
using ModelPack.Formats.Gguf;
using ModelPack.Quantization.GgmlBlocks;

namespace ModelPack.Benchmarks.GgmlBlocks;

/// <summary>docs/gguf-blocks.md.</summary>
internal static class BlockPage
{
    private const string Introduction = """
        # Encoders of GGUF's block types

        How close the encoders come to their input, beside ggml's own functions on the same numbers. Made by
        `dotnet run -c Release --project tests/ModelPack.Benchmarks -- ggml-blocks`, which needs llama.cpp's libraries (`build/llama-cpp.sh`) and, for the last
        table, the reference models (`shared/`) beside the checkout.

        ## Errors

        Squared error of the decoded values as a share of the values' own squares, in thousandths: plain without importance, weighted by the importance of the
        columns with it. Ours / ggml's, and the ratio. Matrices of 64 x 2048 values of size 0.02: Gaussian, Laplace, and Gaussian with one value in 200 eight times as
        large; importance is log-normal.

        ggml minimizes other sums than these: without importance it weighs errors by the values (their squares, or magnitudes plus the block's), with importance also by
        the root of the values' squares plus the block's. Here, scales and minimums of sub-blocks are searched from several sides and fitted to their codes; then the block's scale and
        minimum and the whole numbers of the sub-blocks are chosen together, with codes found anew. Scales of least squares shrink every layer's output. Without importance, and
        in the types with a table, the sums of this table are minimized and stored scales then made longer: an error along the values counts four times as much as one across them. With importance,
        errors are weighed by the values' magnitudes plus twice the sub-block's. Both cost a few percent of the errors in this table at 2 bits, less at more; the last table is what they are for.


        """;

    private const string SpeedIntroduction = """

        ## Speed

        Nanoseconds a weight on one core, floats to finished blocks: the best of several alternating rounds in one process, by processor time. Taken on one core of a
        shared AMD EPYC (Zen 5) with AVX-512, other work running beside it; ratios travel between machines, nanoseconds do not. Without importance ggml searches nothing at all in Q4_0, Q4_1, Q5_0 and
        Q5_1, it takes the extremes of a block and rounds. Ours searches there too: slower for Q4_1 and Q5_1, with a fifth less error.


        """;

    private static readonly string FidelityIntroduction = $"""

        ## What a model makes of it

        KL divergence (nats) of the next-token predictions from the float model's, and perplexity, with all linear weights of the blocks in one type and float arithmetic;
        ± is the standard error over windows. Importance: mean squares of the inputs on the model's calibration text. Texts are those of
        [fidelity.md](fidelity.md), their first {BlockFidelity.MostWindows} windows.

        """;

    public static void Write(string path, IReadOnlyList<BlockRow> rows, IReadOnlyList<BlockFidelityRow> fidelity)
    {
        var page = new StringBuilder(Introduction);
        page.Append("| type | bits a weight | importance |");
        foreach (string kind in BlockSample.Kinds.Keys)
        {
            page.Append(CultureInfo.InvariantCulture, $" {kind} | ratio |");
        }

        page.Append("\n| --- | ---: | --- |").Append(string.Concat(BlockSample.Kinds.Select(_ => " ---: | ---: |"))).Append('\n');
        foreach (BlockRow row in rows)
        {
            page.Append(CultureInfo.InvariantCulture, $"| {row.Type} | {Bits(row.Type)} | {Yes(row.Weighted)} |");
            foreach (string kind in BlockSample.Kinds.Keys)
            {
                (double ours, double ggml) = row.Errors[kind];
                page.Append(CultureInfo.InvariantCulture, $" {1000 * ours:G4} / {1000 * ggml:G4} | {ours / ggml:F3} |");
            }

            page.Append('\n');
        }

        page.Append(SpeedIntroduction).Append("| type | importance | ours | ggml | times faster |\n| --- | --- | ---: | ---: | ---: |\n");
        foreach (BlockRow row in rows)
        {
            page.Append(CultureInfo.InvariantCulture, $"| {row.Type} | {Yes(row.Weighted)} | {row.Nanoseconds:F2} | {row.GgmlNanoseconds:F2} | {row.SpeedUp:F1} |\n");
        }

        if (fidelity.Count > 0)
        {
            page.Append(FidelityIntroduction);
        }

        foreach (IGrouping<string, BlockFidelityRow> model in fidelity.GroupBy(row => row.Model))
        {
            page.Append(CultureInfo.InvariantCulture, $"\n{model.Key}, float perplexity {model.First().Ours.ReferencePerplexity:F4}:\n\n");
            page.Append("| type | importance | KL ours | ± | KL ggml's | ± | perplexity ours | ggml's |\n| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |\n");
            foreach (BlockFidelityRow row in model)
            {
                page.Append(CultureInfo.InvariantCulture, $"| {row.Type} | {Yes(row.Weighted)} | {row.Ours.KlDivergence.Mean:F5} | {row.Ours.KlDivergence.StandardError:G2} | {row.Ggml.KlDivergence.Mean:F5} | {row.Ggml.KlDivergence.StandardError:G2} | {row.Ours.Perplexity:F4} | {row.Ggml.Perplexity:F4} |\n");
            }
        }

        File.WriteAllText(path, page.ToString());
    }

    private static double Bits(GgufTensorType type) => BlockShape.Of(Enum.Parse<BlockFormat>(type.ToString())).BitsPerWeight;

    private static string Yes(bool value) => value ? "yes" : "";
}
