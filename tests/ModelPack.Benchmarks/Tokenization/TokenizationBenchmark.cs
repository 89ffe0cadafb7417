using System.Diagnostics;
using System.Text;
using System.Text.Json;
using ModelPack.Runtime.Tokenization;

namespace ModelPack.Benchmarks.Tokenization;

/// <summary>
/// Loading and encoding, next to Hugging Face's own library in the same run:
/// <c>tokenization TEXT NODE_MODULES TOKENIZER_JSON…</c>, where NODE_MODULES is a folder in which <c>npm install tokenizers</c> was run.
/// </summary>
internal static class TokenizationBenchmark
{
    public static int Run(string[] args)
    {
        if (args.Length < 3)
        {
            Console.Error.WriteLine("tokenization TEXT NODE_MODULES TOKENIZER_JSON...");
            return 2;
        }

        string text = File.ReadAllText(args[0]);
        double megabytes = Encoding.UTF8.GetByteCount(text) / 1e6;
        Console.WriteLine($"{megabytes:F2} MB of text, one thread; best of several; peer: npm tokenizers (Rust)");
        foreach (string file in args.AsSpan(2))
        {
            double firstLoad = Milliseconds(() => Tokenizer.Load(file));
            double load = Enumerable.Range(0, 3).Min(_ => Milliseconds(() => Tokenizer.Load(file)));
            Tokenizer tokenizer = Tokenizer.Load(file);
            var ids = new List<int>();
            double encode = Enumerable.Range(0, 6).Min(_ => Milliseconds(() => Encode(tokenizer, text, ids)));
            int[] all = [.. ids];
            double decode = Enumerable.Range(0, 4).Min(_ => Milliseconds(() => tokenizer.Decode(all)));
            JsonElement peer = RunPeer(file, args[0], args[1]);
            double peerEncode = peer.GetProperty("encode").GetDouble();
            Console.WriteLine(
                $"{file}: load {load:F0} ms (first {firstLoad:F0} ms, peer {peer.GetProperty("load").GetDouble():F0} ms), "
                + $"encode {megabytes / encode * 1000:F1} MB/s (peer {megabytes / peerEncode * 1000:F1} MB/s, {peerEncode / encode:F2}x), "
                + $"decode {all.Length / decode / 1000:F1} M tokens/s, {ids.Count} tokens{(ids.Count == peer.GetProperty("count").GetInt32() ? "" : " (PEER DIFFERS)")}");
        }

        return 0;
    }

    private static void Encode(Tokenizer tokenizer, string text, List<int> ids)
    {
        ids.Clear();
        tokenizer.Encode(text, ids, addSpecialTokens: false);
    }

    private static double Milliseconds(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private static JsonElement RunPeer(string file, string text, string modules)
    {
        string script = Path.Combine(AppContext.BaseDirectory, "Tokenization", "peer.cjs");
        using Process node = Process.Start(new ProcessStartInfo("node", [script, file, text, modules]) { RedirectStandardOutput = true })!;
        string line = node.StandardOutput.ReadToEnd();
        node.WaitForExit();
        return JsonDocument.Parse(line).RootElement;
    }
}
