using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using ModelPack.Packing.Tests.Writing.Gguf;
using ModelPack.Tests;

namespace ModelPack.Packing.Tests.Architectures;

/// <summary>
/// docs/models.md. A test run that measures the cases writes the page anew when MODELPACK_WRITE_MODELS is set; what stands
/// behind the table of decoders stays as it is.
/// </summary>
public sealed class ModelPage : IDisposable
{
    private const string Marker = "<!-- end of the decoders -->";

    private const string Introduction = """
        # Models

        Every reference case of a decoder: a tiny checkpoint with random weights in the published layout, and what the family's reference implementation computes
        from it. Largest differences of any logit; a figure above its tolerance fails the tests. Made by
        `MODELPACK_WRITE_MODELS=1 dotnet test tests/ModelPack.Packing.Tests -c Release --filter FullyQualifiedName~ModelPageTests`, which needs the reference
        models (`shared/`) beside the checkout.

        - *tolerance*: ten times what float32 itself, or another order of summation, changes in the reference's own logits.
        - *whole*: the prompt at once; also a prompt beyond the original length, and a batch with padding on the left, where the case has them.
        - *steps*: the reference's greedy tokens, one at a time with a KV cache.
        - *int8*, *int4*: packed by the packer, which verifies every matrix, and run with float products; the difference from a float graph that holds the stored
          codes' values. Tolerance 0.001.
        - *GenAI*: folder and graph open in ONNX Runtime GenAI's own library, and it generates the reference's greedy tokens, as our runtime does.
        - *GGUF*: written as GGUF in F32; norm of the difference between llama.cpp's logits and the reference's, by the norm of the reference's. Tolerance 0.001, and
          0.005 where the model has GELU, which llama.cpp looks up in a table of float16. Of models with windows that llama.cpp does not compute the first window
          counts, which is all that the file allows. *no*: llama.cpp computes another model, and packing refuses by name; the reasons stand below the table.
        - *calibration*: gptq and awq can be used.


        """;

    /// <summary>Held by whoever writes a part of the page.</summary>
    internal static readonly Lock Writing = new();

    private readonly ConcurrentDictionary<string, string> _rows = new();

    /// <summary>Path of the page.</summary>
    public static string File { get; } = Path.Combine(SharedFolder.Repository, "docs", "models.md");

    /// <summary>The rows of the page by case: their cells.</summary>
    public static IReadOnlyDictionary<string, string[]> Rows => !System.IO.File.Exists(File)
        ? new Dictionary<string, string[]>()
        : System.IO.File.ReadAllText(File).Split(Marker)[0].Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .Select(line => line.Trim().Trim('|').Split('|', StringSplitOptions.TrimEntries)).ToDictionary(cells => cells[0].Trim('`'));

    /// <summary>True when the page is written.</summary>
    public static bool Writes => Environment.GetEnvironmentVariable("MODELPACK_WRITE_MODELS") is { Length: > 0 };

    /// <summary>Keeps a row.</summary>
    /// <param name="figures">What was measured.</param>
    /// <param name="gguf">The cell GGUF.</param>
    /// <param name="calibrates">gptq and awq can be used.</param>
    internal void Add(CaseFigures figures, string gguf, bool calibrates)
    {
        _rows[figures.Name] = $"| `{figures.Name}` | {figures.ModelType} | {Number(figures.Tolerance)} | {Number(figures.Whole)} | {Number(figures.Steps)} | {Number(figures.Int8)} | {Number(figures.Int4)} | {(figures.GenAi ? "equal" : "differs")} | {gguf} | {(calibrates ? "yes" : "no")} |";
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!Writes || _rows.IsEmpty)
        {
            return;
        }

        // A run of some cases leaves the rows of the others.
        foreach ((string name, string[] cells) in Rows)
        {
            _rows.TryAdd(name, $"| {string.Join(" | ", cells)} |");
        }

        string[] missing = [.. GoldenCase.Decoders.Where(name => !_rows.ContainsKey(name))];
        var page = new StringBuilder(Introduction);
        page.Append("| case | model_type | tolerance | whole | steps | int8 | int4 | GenAI | GGUF | calibration |\n| --- | --- | ---: | ---: | ---: | ---: | ---: | --- | --- | --- |\n");
        foreach (string name in GoldenCase.Decoders.Except(missing))
        {
            page.Append(_rows[name]).Append('\n');
        }

        if (missing.Length > 0)
        {
            page.Append(CultureInfo.InvariantCulture, $"\nRefused by name (MPK1205), though there is a case: {string.Join(", ", missing.Select(name => $"`{name}`"))}.\n");
        }

        page.Append("\nNot written as GGUF (MPK1701, MPK1704):\n\n");
        foreach (string name in GoldenCase.Decoders.Except(missing).Where(name => Reason(name) is not null))
        {
            page.Append(CultureInfo.InvariantCulture, $"- `{name}`: {Reason(name)}\n");
        }

        lock (Writing)
        {
            WritePage(page);
        }
    }

    private static void WritePage(StringBuilder page)
    {
        string rest = System.IO.File.Exists(File) && System.IO.File.ReadAllText(File).Split(Marker) is [_, var behind] ? behind : "\n";
        System.IO.File.WriteAllText(File, page.Append('\n').Append(Marker).Append(rest).ToString());
    }

    /// <summary>Why a case is not written as GGUF, without its file and the way out; null: it is.</summary>
    public static string? Reason(string name)
    {
        using GoldenCase golden = GoldenCase.Open(name);
        return GoldenGguf.Refusal(golden.Architecture()) is { } message ? message[(message.IndexOf("config.json: ", StringComparison.Ordinal) + "config.json: ".Length)..message.IndexOf("; pack", StringComparison.Ordinal)] : null;
    }

    /// <summary>The cell GGUF of a case.</summary>
    internal static string Gguf(GoldenCase golden) => Reason(golden.Name) is null ? Number((float)GoldenGguf.Measure(golden)) : "no";

    private static string Number(float value) => value.ToString("0.0e0", CultureInfo.InvariantCulture);
}
