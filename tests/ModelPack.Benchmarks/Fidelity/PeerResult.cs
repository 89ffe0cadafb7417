using System.Globalization;

namespace ModelPack.Benchmarks.Fidelity;

/// <summary>One row of goldens/peers/results.csv: what another quantizer achieved.</summary>
internal sealed record PeerResult(string Peer, string Model, string Tag, int? Bits, int? GroupSize, bool? Symmetric, double BitsPerWeight, double Perplexity, double KlMean)
{
    /// <summary>True for round-to-nearest and HQQ, which need no calibration: ONNX Runtime, hqq, torchao, AutoRound without iterations, llama.cpp's plain blocks.</summary>
    public bool IsCalibrationFree => Peer switch
    {
        "onnxruntime" or "hqq" or "torchao" => true,
        "llama.cpp" => Tag is "llamacpp-Q4_0" or "llamacpp-Q4_1" or "llamacpp-Q8_0",
        "auto-round" => Tag.Contains("rtn", StringComparison.Ordinal),
        _ => false,
    };

    public static IReadOnlyList<PeerResult> Read(string file)
    {
        string[] lines = File.ReadAllLines(file);
        List<string> header = Fields(lines[0]);
        string Get(List<string> row, string name) => row[header.IndexOf(name)];
        return
        [
            .. from line in lines.Skip(1)
               where line.Length > 0
               let row = Fields(line)
               select new PeerResult(
                   Get(row, "peer"),
                   Get(row, "model"),
                   Get(row, "tag"),
                   Integer(Get(row, "bits")),
                   Integer(Get(row, "group")),
                   bool.TryParse(Get(row, "sym"), out bool symmetric) ? symmetric : null,
                   Number(Get(row, "bpw_linears")),
                   Number(Get(row, "ppl_P1")),
                   Number(Get(row, "kl_mean"))),
        ];
    }

    private static int? Integer(string text) => int.TryParse(text, CultureInfo.InvariantCulture, out int value) ? value : null;

    private static double Number(string text) => double.TryParse(text, CultureInfo.InvariantCulture, out double value) ? value : double.NaN;

    private static List<string> Fields(string line)
    {
        var fields = new List<string>();
        var field = new System.Text.StringBuilder();
        bool quoted = false;
        foreach (char c in line)
        {
            if (c == '"')
            {
                quoted = !quoted;
            }
            else if (c == ',' && !quoted)
            {
                fields.Add(field.ToString());
                field.Clear();
            }
            else
            {
                field.Append(c);
            }
        }

        fields.Add(field.ToString());
        return fields;
    }
}
