using System.Globalization;
using System.Text;

namespace ModelPack.Benchmarks.Gguf;

/// <summary>The page of measurements.</summary>
internal static class GgufOnnxPage
{
    // Bits of codes, scales and minimums by weight, in the file and packed.
    private const string Containers = """

        ## Containers

        | type | bits in the file | packed | codes | group | scales, minimums |
        | --- | ---: | ---: | --- | ---: | --- |
        | Q4_0 | 4.5 | 4.5 | 4 bits | 32 | float16 |
        | Q4_1 | 5.0 | 5.0 | 4 bits | 32 | float16, float16 |
        | Q5_0 | 5.5 | 8.5 | 8 bits | 32 | float16 |
        | Q5_1 | 6.0 | 9.0 | 8 bits | 32 | float16, float16 |
        | Q8_0 | 8.5 | 8.5 | 8 bits | 32 | float16 |
        | IQ4_NL | 4.5 | 8.5 | 8 bits | 32 | float16 |
        | Q2_K | 2.6 | 8.0 | 4 bits | 16 | float32, float32 |
        | Q3_K | 3.4 | 6.0 | 4 bits | 16 | float32 |
        | Q4_K | 4.5 | 6.0 | 4 bits | 32 | float32, float32 |
        | Q5_K | 5.5 | 10.0 | 8 bits | 32 | float32, float32 |
        | Q6_K | 6.6 | 10.0 | 8 bits | 16 | float32 |
        | IQ4_XS | 4.3 | 9.0 | 8 bits | 32 | float32 |

        """;

    public static string Write(IReadOnlyList<GgufOnnxRow> rows, int positions, int threads)
    {
        var page = new StringBuilder();
        page.Append("# GGUF files as ONNX\n\n");
        page.Append("Made by `dotnet run -c Release --project tests/ModelPack.Benchmarks -- gguf-onnx`. Every file is quantized by llama.cpp's own quantizer from a float\n");
        page.Append("copy, packed with no setting, so that every code stays as it is, and run by ONNX Runtime and by llama.cpp in the same process, one after the other.\n\n");
        page.Append("- bytes: the packed weights, and their ratio to the tensors of the file. Scales of K types are float32 products; codes of 5 and 6 bits and table codes lie in 8 bits, those of 2 and 3 bits in 4.\n");
        page.Append(CultureInfo.InvariantCulture, $"- KL: mean divergence in nats over {positions} positions from the float graph of the decoded values: the packed graph with float arithmetic (exact), as deployed with 8-bit activations, and llama.cpp on the file.\n");
        page.Append(CultureInfo.InvariantCulture, $"- decode: tokens a second after a prompt of 64, {threads} thread{(threads == 1 ? "" : "s")}, the best of several rounds, by the processor time of the process; the ratio is ours to llama.cpp's, in the same run.\n");
        page.Append(Containers);
        foreach (IGrouping<string, GgufOnnxRow> model in rows.GroupBy(row => row.Model))
        {
            page.Append(CultureInfo.InvariantCulture, $"\n## {model.Key}\n\n");
            page.Append("| file type | file | packed | ratio | KL exact | KL deployed | KL llama.cpp | same top: deployed, llama.cpp | decode | llama.cpp | ratio |\n");
            page.Append("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n");
            foreach (GgufOnnxRow row in model)
            {
                page.Append(
                    CultureInfo.InvariantCulture,
                    $"| {row.FileType} | {Megabytes(row.FileBytes)} | {Megabytes(row.OnnxBytes)} | {(double)row.OnnxBytes / row.FileBytes:0.00} | {row.Exact.KlDivergence.Mean:0.0e0} | {row.Deployed.KlDivergence.Mean:0.0000} | {row.Peer.KlDivergence.Mean:0.0000} | {row.Deployed.TopAgreement:P1}, {row.Peer.TopAgreement:P1} | {row.OurDecode.Processor:0.0} | {row.PeerDecode.Processor:0.0} | {row.OurDecode.Processor / row.PeerDecode.Processor:0.00} |\n");
            }
        }

        return page.ToString();
    }

    private static string Megabytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB");
}
