using ModelPack.Benchmarks.Checkpoints;

namespace ModelPack.Benchmarks.Fidelity;

/// <summary>A model and texts on which other quantizers were measured; the figures are those of goldens/peers/README.md beside the checkout.</summary>
/// <param name="Name">Name in the tables.</param>
/// <param name="PeerName">Name in the other quantizers' results.</param>
/// <param name="Text">Evaluation text.</param>
/// <param name="Length">Tokens of a window.</param>
/// <param name="Windows">Number of windows.</param>
/// <param name="PaperPerplexity">Perplexity of the float model, all positions.</param>
/// <param name="LlamaCppPerplexity">Perplexity of the float model, second halves.</param>
/// <param name="Calibrations">Calibration texts; the first is the usual one.</param>
internal sealed record ReferenceModel(
    string Name,
    string PeerName,
    TextSlice Text,
    int Length,
    int Windows,
    double PaperPerplexity,
    double LlamaCppPerplexity,
    IReadOnlyList<CalibrationText> Calibrations)
{
    private const string Stories = "text/tinystories/stories.txt";
    private const string Wiki = "text/wikitext-2-raw/wiki.test.raw";

    /// <summary>The model whose weights lie on a 4-bit grid already and whose layers are many: it has a table of its own.</summary>
    public const string Chat = "smollm2-135m";

    public static IReadOnlyList<ReferenceModel> All { get; } =
    [
        new("tinytales", "tinytales", new("models/tinytales/eval.txt", 0, 100_000, null), 512, 48, 1.710719, 1.498092,
            [new("usual", new("models/tinytales/calibration.txt", 0, int.MaxValue, null), 102, 512)]),
        new("stories260K", "stories260K", new(Stories, 0, 52_000, "\n"), 256, 88, 4.405053, 4.170875,
            [new("usual", new(Stories, 52_000, 122_433, "\n"), 128, 256)]),
        new("babyllama-tok105", "babyllama-tok105", new(Stories, 0, 52_000, " "), 256, 100, 2.130432, 2.072478,
            [new("usual", new(Stories, 52_000, 122_433, " "), 128, 256)]),
        new(Chat, "real135m", new(Wiki, 0, 130_000, null), 512, 16, 36.024257, 28.486563,
            [new("raw48", new(Wiki, 400_000, 1_000_000, null), 48, 512), new("other24", new("text/wikitext-2/valid.txt", 0, 400_000, null), 24, 512)]),
    ];

    /// <summary>The checkpoint; the chat model's is written into the work folder first.</summary>
    public string Folder(string shared, string work)
    {
        if (Name != Chat)
        {
            return Path.Combine(shared, "models", Name);
        }

        string folder = Path.Combine(work, Name);
        SmolLm2Checkpoint.Write(shared, folder);
        return folder;
    }
}
