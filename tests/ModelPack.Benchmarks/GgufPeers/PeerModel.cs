using ModelPack.Benchmarks.Checkpoints;

namespace ModelPack.Benchmarks.GgufPeers;

/// <summary>A model with the text that both quantizers weigh their errors by, and another that perplexity is measured on.</summary>
/// <param name="Name">Name in the table.</param>
/// <param name="Folder">Its folder below shared/.</param>
/// <param name="Calibration">Text below shared/.</param>
/// <param name="Evaluation">Text below shared/.</param>
/// <param name="Window">Tokens of a window; the second half of each counts.</param>
/// <param name="Windows">Windows.</param>
/// <param name="Types">File types.</param>
internal sealed record PeerModel(string Name, string Folder, string Calibration, string Evaluation, int Window, int Windows, IReadOnlyList<string> Types)
{
    private static readonly string[] Narrow = ["Q4_0", "Q4_1", "IQ4_NL", "Q5_0", "Q5_1", "Q8_0"];

    /// <summary>The models.</summary>
    public static IReadOnlyList<PeerModel> All { get; } =
    [
        new("tinytales", "models/tinytales", "models/tinytales/calibration.txt", "models/tinytales/eval.txt", 512, 40,
            ["Q4_K_M", "Q5_K_M", "Q3_K_M", "Q2_K", "IQ4_XS", "Q6_K", .. Narrow]),
        new("babyllama-tok105", "models/babyllama-tok105", "text/tinystories/stories.txt", "text/wizard-of-oz/oz.txt", 256, 40, Narrow),
        new("SmolLM2-135M-Instruct", "", "text/wikitext-2/valid.txt", "text/wikitext-2/test.txt", 512, 6, Narrow),
    ];

    /// <summary>A Hugging Face folder of the model.</summary>
    /// <param name="work">Where one is made that shared/ has only as GGUF.</param>
    public string SourceFolder(string work)
    {
        if (Folder.Length > 0)
        {
            return Path.Combine(Repository.Shared(), Folder);
        }

        string made = Path.Combine(work, "smollm2");
        SmolLm2Checkpoint.Write(Repository.Shared(), made);
        return made;
    }
}
