using System.Globalization;

namespace ModelPack.Benchmarks.Generation;

/// <summary>
/// Tokens a second of this runtime and of ONNX Runtime GenAI's own loop on the same packed folder, taken in turns in one run.
/// Both are the best of two texts a round, by the clock and by processor time; the ratios are what counts.
/// </summary>
internal static class GenerationBenchmark
{
    private const string Usage = """
        generation PACKED [PROMPT_TOKENS] [NEW_TOKENS] [ROUNDS] [THREADS]      (256 128 5 1)
            PACKED is a packed folder. GenAI's libraries are taken from shared/oracles/genai beside the checkout, or the folder
            that MODELPACK_GENAI names.
        """;

    public static int Run(string[] args)
    {
        int[] numbers = [256, 128, 5, 1];
        if (args.Length is < 1 or > 5)
        {
            Console.Error.WriteLine(Usage);
            return 2;
        }

        for (int i = 1; i < args.Length; i++)
        {
            numbers[i - 1] = int.Parse(args[i], CultureInfo.InvariantCulture);
        }

        (int prompt, int tokens, int rounds, int threads) = (numbers[0], numbers[1], numbers[2], numbers[3]);
        using var ours = new RuntimeContestant(args[0], prompt, threads);
        var peer = new GenAiContestant(args[0], prompt, threads);
        Speed? ourBest = null;
        Speed? peerBest = null;
        for (int round = 0; round < rounds; round++)
        {
            peerBest = Speed.Best(peerBest, peer.Run(tokens));
            ourBest = Speed.Best(Speed.Best(ourBest, ours.Run(tokens)), ours.Run(tokens));
        }

        Console.WriteLine($"{prompt} prompt tokens, {tokens} new ones, {threads} thread(s), best of {rounds}; tokens/s, and per processor second");
        Console.WriteLine($"{"",-12}{"prefill",12}{"decode",12}{"prefill cpu",14}{"decode cpu",14}");
        Print("ModelPack", ourBest!);
        Print("GenAI", peerBest!);
        Print("ratio", ourBest!.DividedBy(peerBest!));
        return 0;
    }

    private static void Print(string name, Speed speed) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{name,-12}{speed.Prefill,12:F2}{speed.Decode,12:F2}{speed.PrefillPerCpuSecond,14:F2}{speed.DecodePerCpuSecond,14:F2}"));
}
