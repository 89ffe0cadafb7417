using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace ModelPack.Packing.Tests.Architectures.Encoders;

/// <summary>The table of encoders in docs/models.md, behind that of decoders; written anew as that one is.</summary>
public sealed class EncoderPage : IDisposable
{
    private const string Begin = "<!-- encoders -->\n";
    private const string End = "<!-- end of the encoders -->\n";

    private const string Introduction = """

        ## Encoders

        Every reference case of an encoder, written by the same test run; three rows of tokens, one of them padded.

        - *tolerance*: ten times what float32 itself changes in the reference's own states, at least 5e-5.
        - *float*: largest difference of any state of the last layer from the reference, of the float32 graph that an encoder folder becomes.
        - *int8*: packed with `Bits="8"`, which for encoders means 8-bit activations too (`Method="dynamic"`); *weights only*: with `Method="rtn"`;
          *int4*: with `Bits="4"`. Smallest cosine of any token's last state to the reference's. The weights are noise and the width is 64: a
          published model keeps more, see [docs/encoders.md](encoders.md).


        """;

    private readonly ConcurrentDictionary<string, string> _rows = new();

    /// <summary>The rows of the table by case: their cells.</summary>
    public static IReadOnlyDictionary<string, string[]> Rows => Table().Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal))
        .Select(line => line.Trim().Trim('|').Split('|', StringSplitOptions.TrimEntries)).ToDictionary(cells => cells[0].Trim('`'));

    /// <summary>Keeps a row.</summary>
    internal void Add(EncoderFigures figures) => _rows[figures.Name] = string.Create(
        CultureInfo.InvariantCulture,
        $"| `{figures.Name}` | {figures.ModelType} | {figures.Tolerance:0.0e0} | {figures.Float:0.0e0} | {figures.Int8:0.00000} | {figures.Int8WeightOnly:0.00000} | {figures.Int4:0.00000} |");

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Environment.GetEnvironmentVariable("MODELPACK_WRITE_MODELS") is not { Length: > 0 } || _rows.IsEmpty)
        {
            return;
        }

        lock (ModelPage.Writing)
        {
            foreach ((string name, string[] cells) in Rows)
            {
                _rows.TryAdd(name, $"| {string.Join(" | ", cells)} |");
            }

            var table = new StringBuilder(Introduction);
            table.Append("| case | model_type | tolerance | float | int8 | weights only | int4 |\n| --- | --- | ---: | ---: | ---: | ---: | ---: |\n");
            foreach (string name in GoldenCase.Encoders.Where(_rows.ContainsKey))
            {
                table.Append(_rows[name]).Append('\n');
            }

            string text = File.ReadAllText(ModelPage.File);
            int begin = text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
            File.WriteAllText(ModelPage.File, text[..begin] + table + "\n" + text[text.IndexOf(End, StringComparison.Ordinal)..]);
        }
    }

    private static string Table()
    {
        string text = File.ReadAllText(ModelPage.File);
        int begin = text.IndexOf(Begin, StringComparison.Ordinal);
        return begin < 0 ? string.Empty : text[begin..text.IndexOf(End, StringComparison.Ordinal)];
    }
}
