using System.Globalization;
using ModelPack.Runtime.Tokenization;

namespace ModelPack.Benchmarks.Tokenization;

/// <summary>Texts that grow what naive tokenizers do: milliseconds for n, 2n and 4n characters, <c>tokenization-hostile [N] [TOKENIZER_JSON…]</c>.</summary>
internal static class HostileBenchmark
{
    private const int Usual = 65_536;

    private static readonly int[] Shares = [1, 2, 4];

    private static readonly string[] Kinds =
    [
        "models/tokenizers/qwen3/tokenizer.json", "models/tokenizers/llama-3/tokenizer.json", "models/tokenizers/phi-3/tokenizer.json", "goldens/tokenizers/files/unigram-t5/tokenizer.json",
        "goldens/tokenizers/files/unigram-bytes/tokenizer.json", "goldens/tokenizers/files/wordpiece-uncased/tokenizer.json", "goldens/tokenizers/files/bpe-o200k/tokenizer.json",
    ];

    // One letter; one space; two letters whose merges alternate; marks over marks; a base under its mark; byte fallback; line ends; pairs of kinds that patterns tell apart.
    private static readonly (string Name, string Unit)[] Texts =
    [
        ("a", "a"), ("space", " "), ("ab", "ab"), ("marks", "\u0301\u0323"), ("e + mark", "e\u0301"), ("emoji", "😀"), ("CR LF", "\r\n"), ("a space", "a "), ("1", "1"), ("'", "'"), ("NUL", "\u0000"), ("한", "\u1112\u1161"), ("▁", "\u2581"),
    ];

    public static int Run(string[] args)
    {
        int length = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : Usual;
        foreach (string file in args.Length > 1 ? args[1..] : [.. Kinds.Select(kind => Path.Combine(Repository.Shared(), kind))])
        {
            Tokenizer tokenizer = Tokenizer.Load(file).WithoutLimits();
            var worst = (Factor: 0.0, Name: "");
            foreach ((string name, string unit) in Texts)
            {
                string text = string.Concat(Enumerable.Repeat(unit, length * 4 / unit.Length));
                double[] times = [.. Shares.Select(share => Time(tokenizer, text.AsMemory(0, text.Length / 4 * share)))];
                double factor = times[2] / times[0];
                worst = factor > worst.Factor ? (factor, name) : worst;
                Console.WriteLine($"{Path.GetFileName(Path.GetDirectoryName(file))} {name}: {times[0]:F0}, {times[1]:F0}, {times[2]:F0} ms for {length}, {length * 2}, {length * 4} characters");
            }

            Console.WriteLine($"{Path.GetFileName(Path.GetDirectoryName(file))}: four times the text takes at most {worst.Factor:F1} times as long ({worst.Name})");
        }

        return 0;
    }

    private static double Time(Tokenizer tokenizer, ReadOnlyMemory<char> text)
    {
        var ids = new List<int>();
        return Enumerable.Range(0, 6).Min(_ => Processors.Milliseconds(() =>
        {
            ids.Clear();
            tokenizer.Encode(text.Span, ids);
        }));
    }
}
