using System.Globalization;
using System.Text;

namespace ModelPack.Benchmarks.Gguf;

/// <summary>The page of measurements.</summary>
internal static class GgufOnnxPage
{
    public static string Write(IReadOnlyList<GgufOnnxRow> rows, int positions, int threads)
    {
        var page = new StringBuilder();
        page.Append("# GGUF files as ONNX\n\n");
        page.Append("Made by `dotnet run -c Release --project tests/ModelPack.Benchmarks -- gguf-onnx`. Every file is quantized by llama.cpp's own quantizer from a float\n");
        page.Append("copy, packed with no setting, so that every code stays as it is, and run by ONNX Runtime and by llama.cpp in the same process, one after the other.\n\n");
        page.Append("- bytes: the packed weights, and their ratio to the tensors of the file. Scales of K types are float32 products; codes of 5 and 6 bits and table codes lie in 8 bits, those of 2 and 3 bits in 4.\n");
        page.Append(CultureInfo.InvariantCulture, $"- KL: mean divergence in nats over {positions} positions from the float graph of the decoded values: the packed graph with float arithmetic (exact), as deployed with 8-bit activations, and llama.cpp on the file.\n");
        page.Append(CultureInfo.InvariantCulture, $"- decode: tokens a second after a prompt of 64, {threads} thread{(threads == 1 ? "" : "s")}, the best of several rounds, by the processor time of the process; the ratio is ours to llama.cpp's, in the same run.\n");
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
