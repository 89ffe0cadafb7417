using System.Globalization;
using ModelPack.Formats.Gguf;
using ModelPack.LlamaCpp;
using ModelPack.Packing.Writing.Gguf;

namespace ModelPack.Benchmarks.GgmlBlocks;

/// <summary>
/// Errors and speed of the block encoders beside ggml's, and what they do to trained models; writes docs/gguf-blocks.md.
/// Arguments: [--types NAME,...] some of them, and then no page; [--models NAME,...] (none: an empty text); [--output FILE].
/// </summary>
internal static class GgmlBlocksCommand
{
    public static int Run(string[] arguments)
    {
        var options = new Dictionary<string, string>(StringComparer.Ordinal);
        for (int i = 0; i + 1 < arguments.Length; i += 2)
        {
            options[arguments[i]] = arguments[i + 1];
        }

        if (LlamaCppFolder.Find() is null)
        {
            Console.Error.WriteLine(LlamaCppFolder.Missing);
            return 1;
        }

        string[]? asked = options.GetValueOrDefault("--types")?.Split(',');
        List<GgufTensorType> types = [.. BlockEncoding.Types.Where(type => asked?.Contains(type.ToString()) ?? true)];
        var rows = new List<BlockRow>();
        foreach (GgufTensorType type in types)
        {
            foreach (bool weighted in new[] { false, true })
            {
                BlockRow row = BlockContest.Run(type, weighted);
                rows.Add(row);
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{type,-7}{(weighted ? "importance " : "           ")}{string.Concat(row.Errors.Select(error => $"{error.Key} {1000 * error.Value.Ours:G4} / {1000 * error.Value.Ggml:G4} = {error.Value.Ours / error.Value.Ggml:F3}  "))} {row.Nanoseconds:F2} / {row.GgmlNanoseconds:F2} ns, {row.SpeedUp:F1} x"));
            }
        }

        string shared = Repository.Shared();
        string[] models = (options.GetValueOrDefault("--models") ?? "babyllama-tok105,tinytales").Split(',', StringSplitOptions.RemoveEmptyEntries);
        var fidelity = new List<BlockFidelityRow>();
        foreach (string model in models)
        {
            // A type that one model has shown is left out in the next.
            fidelity.AddRange(BlockFidelity.Measure(model, shared, [.. types.Where(type => fidelity.All(row => row.Type != type))]));
        }

        if (asked is null || options.ContainsKey("--output"))
        {
            BlockPage.Write(options.GetValueOrDefault("--output") ?? Path.Combine(Repository.Root, "docs", "gguf-blocks.md"), rows, fidelity);
        }

        return 0;
    }
}
