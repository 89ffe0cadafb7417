using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using ModelPack.Runtime.Tokenization;

namespace ModelPack.Benchmarks.Tokenization;

/// <summary>
/// Loading and encoding, next to Hugging Face's own library in the same run:
/// <c>tokenization TEXT NODE_MODULES [TOKENIZER_JSON…]</c>, where NODE_MODULES is a folder in which <c>npm install tokenizers</c> was run; without
/// files one of each kind from the shared folder. The text is encoded as a whole, and line by line, by the better of the peer's two calls for that.
/// </summary>
internal static class TokenizationBenchmark
{
    // Much longer single texts are no use that anyone has, and the peer takes more than in proportion for them.
    private const int Characters = 300_000;

    private static readonly string[] Kinds =
    [
        "models/tokenizers/gpt2/tokenizer.json",
        "models/tokenizers/llama-3/tokenizer.json",
        "models/tokenizers/qwen3/tokenizer.json",
        "models/tokenizers/phi-3/tokenizer.json",
        "goldens/tokenizers/files/spm-bpe-gemma/tokenizer.json",
        "goldens/tokenizers/files/unigram-t5/tokenizer.json",
        "goldens/tokenizers/files/unigram-xlmr/tokenizer.json",
        "goldens/tokenizers/files/unigram-albert/tokenizer.json",
        "goldens/tokenizers/files/wordpiece-uncased/tokenizer.json",
        "goldens/tokenizers/files/wordpiece-cased/tokenizer.json",
        "goldens/tokenizers/files/bpe-o200k/tokenizer.json",
    ];

    public static int Run(string[] args)
    {
        if (args.Length < 2)
        {
            Console.Error.WriteLine("tokenization TEXT NODE_MODULES [TOKENIZER_JSON...]");
            return 2;
        }

        string text = File.ReadAllText(args[0]);
        text = text[..Math.Min(text.Length, Characters)];
        string[] lines = text.Split('\n');
        double megabytes = Encoding.UTF8.GetByteCount(text) / 1e6;
        Console.WriteLine($"{megabytes:F2} MB of text, {lines.Length} lines; MB for a second of processors, least of several; peer: npm tokenizers (Rust)");
        foreach (string file in args.Length > 2 ? args[2..] : [.. Kinds.Select(kind => Path.Combine(Repository.Shared(), kind))])
        {
            Report(file, text, lines, megabytes, RunPeer(file, args[0], args[1]));
        }

        return 0;
    }

    private static void Report(string file, string text, string[] lines, double megabytes, JsonElement peer)
    {
        double Peer(string name) => peer.GetProperty(name).GetDouble();
        double load = Least(3, () => Tokenizer.Load(file));
        Tokenizer tokenizer = Tokenizer.Load(file).WithoutLimits();
        var ids = new List<int>();
        double whole = Least(8, () => Encode(tokenizer, text, ids));
        int[] all = [.. ids];
        double byLine = Least(8, () =>
        {
            foreach (string line in lines)
            {
                Encode(tokenizer, line, ids);
            }
        });
        double decode = Least(4, () => tokenizer.Decode(all));
        Console.WriteLine(
            $"{Path.GetFileName(Path.GetDirectoryName(file))}: load {load:F0} ms (peer {Peer("load"):F0}), "
            + $"whole {megabytes / whole * 1000:F1} (peer {megabytes / Peer("whole") * 1000:F1}, {Peer("whole") / whole:F1}x), "
            + $"lines {megabytes / byLine * 1000:F1} (peer {megabytes / Peer("lines") * 1000:F1}, {Peer("lines") / byLine:F1}x), "
            + $"decode {all.Length / decode / 1000:F1} M tokens/s, {all.Length} tokens{(all.Length == peer.GetProperty("count").GetInt32() ? "" : " (PEER DIFFERS)")}");
    }

    private static void Encode(Tokenizer tokenizer, string text, List<int> ids)
    {
        ids.Clear();
        tokenizer.Encode(text, ids, addSpecialTokens: false);
    }

    private static double Least(int times, Action action) => Enumerable.Range(0, times).Min(_ => Processors.Milliseconds(action));

    private static JsonElement RunPeer(string file, string text, string modules)
    {
        string script = Path.Combine(AppContext.BaseDirectory, "Tokenization", "peer.cjs");
        var start = new ProcessStartInfo("node", [script, file, text, modules, Characters.ToString(CultureInfo.InvariantCulture)]) { RedirectStandardOutput = true };
        start.Environment["TOKENIZERS_PARALLELISM"] = "false";
        using Process node = Process.Start(start)!;
        string line = node.StandardOutput.ReadToEnd();
        node.WaitForExit();
        return JsonDocument.Parse(line).RootElement;
    }
}
