namespace ModelPack.Benchmarks.Fidelity;

/// <summary>A model and text on which other quantizers were measured; the figures are those of goldens/peers/README.md beside the checkout.</summary>
/// <param name="Name">Folder under models/.</param>
/// <param name="Text">Text file.</param>
/// <param name="Bytes">Bytes of the text that are used, from its start.</param>
/// <param name="BlankLine">What replaces an empty line; null keeps it.</param>
/// <param name="Length">Tokens of a window.</param>
/// <param name="Windows">Number of windows.</param>
/// <param name="PaperPerplexity">Perplexity of the float model, all positions.</param>
/// <param name="LlamaCppPerplexity">Perplexity of the float model, second halves.</param>
internal sealed record ReferenceModel(
    string Name, string Text, int Bytes, string? BlankLine, int Length, int Windows, double PaperPerplexity, double LlamaCppPerplexity)
{
    public static IReadOnlyList<ReferenceModel> All { get; } =
    [
        new("tinytales", "models/tinytales/eval.txt", 100_000, null, 512, 48, 1.710719, 1.498092),
        new("stories260K", "text/tinystories/stories.txt", 52_000, "\n", 256, 88, 4.405053, 4.170875),
        new("babyllama-tok105", "text/tinystories/stories.txt", 52_000, " ", 256, 100, 2.130432, 2.072478),
    ];

    /// <summary>The text, an incomplete character at its end dropped.</summary>
    public string ReadText(string shared)
    {
        byte[] bytes = File.ReadAllBytes(Path.Combine(shared, Text));
        string text = System.Text.Encoding.UTF8.GetString(bytes, 0, Math.Min(Bytes, bytes.Length)).TrimEnd('\uFFFD');
        return BlankLine is null ? text : text.Replace("\n\n", BlankLine, StringComparison.Ordinal);
    }
}
