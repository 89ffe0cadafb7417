using System.Globalization;

namespace ModelPack.Benchmarks.Fidelity;

/// <summary>One row of goldens/peers/results.csv: what another quantizer achieved.</summary>
internal sealed record PeerResult(
    string Peer, string Model, string Tag, int? Bits, int? GroupSize, bool? Symmetric, double BitsPerWeight, double Perplexity, double Kl, double KlError, double TopAgreement, double Seconds)
{
    /// <summary>True for the rows of our own formulas in their first form, which are no other tool's.</summary>
    public bool IsReference => Peer == "reference";

    /// <summary>True for methods that saw calibration text.</summary>
    public bool IsCalibrated => Peer switch
    {
        "GPTQModel" or "llm-compressor" => true,
        "auto-round" => !Tag.Contains("rtn", StringComparison.Ordinal),
        "llama.cpp" => Tag.Contains("imatrix", StringComparison.Ordinal),
        "onnxruntime" => Tag.Contains("gptq", StringComparison.OrdinalIgnoreCase),
        _ => false,
    };

    public static IReadOnlyList<PeerResult> Read(string file)
    {
        string[] lines = File.ReadAllLines(file);
        List<string> header = CsvLine.Split(lines[0]);
        string Get(List<string> row, string name) => row[header.IndexOf(name)];
        return
        [
            .. from line in lines.Skip(1)
               where line.Length > 0
               let row = CsvLine.Split(line)
               select new PeerResult(
                   Get(row, "peer"),
                   Get(row, "model"),
                   Get(row, "tag"),
                   Integer(Get(row, "bits")),
                   Integer(Get(row, "group")),
                   bool.TryParse(Get(row, "sym"), out bool symmetric) ? symmetric : null,
                   Number(Get(row, "bpw_linears")),
                   Number(Get(row, "ppl_P1")),
                   Number(Get(row, "kl_mean")),
                   Number(Get(row, "kl_se")),
                   Number(Get(row, "top1")),
                   Number(Get(row, "seconds"))),
        ];
    }

    private static int? Integer(string text) => int.TryParse(text, CultureInfo.InvariantCulture, out int value) ? value : null;

    private static double Number(string text) => double.TryParse(text, CultureInfo.InvariantCulture, out double value) ? value : double.NaN;
}
