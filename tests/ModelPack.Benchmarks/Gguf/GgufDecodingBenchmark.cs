using ModelPack.Benchmarks.Kernels;
using ModelPack.Formats.Gguf;
using ModelPack.LlamaCpp;

namespace ModelPack.Benchmarks.Gguf;

/// <summary>Decoding of every block type beside ggml's own functions, and taking blocks apart and together, on one thread: <c>gguf-decoding</c>.</summary>
internal static class GgufDecodingBenchmark
{
    // A megabyte of floats: what a core keeps near.
    private const int Elements = 1 << 18;
    private const int Rounds = 24;
    private const int Times = 8;
    private const int WarmUps = 200;

    public static int Run(string[] arguments)
    {
        Console.WriteLine("| type | decoding, ns an element | ggml's | times as fast | taking apart | putting together |");
        Console.WriteLine("| --- | ---: | ---: | ---: | ---: | ---: |");
        foreach (GgufTensorType type in GgufBlocks.Types)
        {
            Measure(type);
        }

        return 0;
    }

    private static void Measure(GgufTensorType type)
    {
        GgufBlockShape shape = GgufBlocks.Shape(type);
        int blocks = Elements / shape.ElementsPerBlock;
        byte[] bytes = new byte[blocks * type.BytesPerBlock()];
        var floats = new float[Elements];
        byte[] codes = new byte[Elements];
        var subScales = new sbyte[blocks * shape.SubScalesPerBlock];
        byte[] subMinimums = new byte[blocks * shape.SubMinimumsPerBlock];
        var scales = new Half[blocks];
        var minimums = new Half[shape.HasMinimums ? blocks : 0];
        new Random(1).NextBytes(codes);
        Array.Fill(scales, (Half)0.01f);
        Array.Fill(minimums, (Half)0.02f);

        void Pack() => GgufBlocks.Pack(type, codes, subScales, subMinimums, scales, minimums, bytes);
        void Unpack() => GgufBlocks.Unpack(type, bytes, codes, subScales, subMinimums, scales, minimums);
        void Decode() => GgufBlocks.ToFloat32(type, bytes, floats);
        void Theirs() => Ggml.Dequantize((int)type, bytes, floats);
        Action[] contestants = [Decode, Theirs, Unpack, Pack];

        // The compiler replaces its first, plain code in the background.
        for (int i = 0; i < WarmUps; i++)
        {
            Array.ForEach(contestants, contestant => contestant());
            Thread.Sleep(i % 50 == 0 ? 100 : 0);
        }

        Timing[] best = [.. contestants.Select(_ => Timing.None)];
        for (int round = 0; round < Rounds; round++)
        {
            for (int i = 0; i < contestants.Length; i++)
            {
                best[i] = best[i].Better(contestants[i], Times, threads: 1);
            }
        }

        double[] nanoseconds = [.. best.Select(timing => timing.Clock * 1e9 / Elements)];
        Console.WriteLine($"| {type} | {nanoseconds[0]:f3} | {nanoseconds[1]:f3} | {nanoseconds[1] / nanoseconds[0]:f2} | {nanoseconds[2]:f3} | {nanoseconds[3]:f3} |");
    }
}
