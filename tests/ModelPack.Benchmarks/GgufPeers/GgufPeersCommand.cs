using System.Globalization;
using System.Text;
using ModelPack.LlamaCpp;

namespace ModelPack.Benchmarks.GgufPeers;

/// <summary>`gguf-peers [MODEL]`: our GGUF files beside those of llama.cpp's own quantizer, both judged by llama.cpp. Writes docs/gguf.md when all models are measured.</summary>
internal static class GgufPeersCommand
{
    public static int Run(string[] arguments)
    {
        string work = Path.Combine(Path.GetTempPath(), "modelpack-gguf-peers");
        Directory.CreateDirectory(work);
        if (LlamaCppFolder.Find() is null)
        {
            Console.Error.WriteLine(LlamaCppFolder.Missing);
            return 1;
        }

        var page = new StringBuilder();
        foreach (PeerModel model in PeerModel.All.Where(model => arguments.Length == 0 || arguments.Contains(model.Name)))
        {
            using var runner = new PeerRunner(model, work);
            double reference = runner.ReferencePerplexity();
            page.Append(CultureInfo.InvariantCulture, $"\n### {model.Name}\n\nF16: {reference:F4}. Importance from {Path.GetFileName(model.Calibration)}; {runner.Scored} predictions of {Path.GetFileName(model.Evaluation)}.\n\n");
            page.Append("| type | bytes, ours | bytes, llama.cpp | importance: ours | llama.cpp | without: ours | llama.cpp |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: |\n");
            foreach (string type in model.Types)
            {
                PeerRow row = runner.Measure(type);
                page.Append(CultureInfo.InvariantCulture, $"| {row.Type} | {row.OurBytes:N0} | {(row.TheirBytes > 0 ? row.TheirBytes.ToString("N0", CultureInfo.InvariantCulture) : "refused")} | {Shown(row.Ours)} | {Shown(row.Theirs)} | {Shown(row.OursPlain)} | {Shown(row.TheirsPlain)} |\n");
                Console.WriteLine(row);
            }
        }

        Console.WriteLine(page);
        if (arguments.Length == 0)
        {
            PeerPage.Write(page.ToString());
        }

        return 0;
    }

    private static string Shown(double? perplexity) => perplexity?.ToString("F4", CultureInfo.InvariantCulture) ?? "refused";
}
