using ModelPack.Benchmarks.Generation;
using ModelPack.Benchmarks.Processes;
using ModelPack.Formats.Gguf;
using ModelPack.LlamaCpp;
using ModelPack.Packing;
using ModelPack.Packing.Evaluation;
using ModelPack.Packing.Recipes;
using ModelPack.Packing.Sources;
using ModelPack.Packing.Store;
using ModelPack.Runtime.Tokenization;

namespace ModelPack.Benchmarks.Gguf;

/// <summary>`gguf-onnx`: GGUF files of every type as packed graphs, beside llama.cpp on the same file.</summary>
internal static class GgufOnnxCommand
{
    private const int PromptTokens = 64;
    private const int Context = 128;

    // Values of llama_ftype.
    private static readonly (string Name, int Number)[] FileTypes =
    [
        ("Q4_0", 2), ("Q4_1", 3), ("Q5_0", 8), ("Q5_1", 9), ("Q8_0", 7), ("IQ4_NL", 25),
        ("Q2_K", 10), ("Q3_K_M", 12), ("Q4_K_M", 15), ("Q5_K_M", 17), ("Q6_K", 18), ("IQ4_XS", 30),
    ];

    private static readonly string[] FallBack = ["Q2_K", "Q3_K_M", "Q5_K_M", "Q6_K", "IQ4_XS"];

    public static int Run(string[] arguments)
    {
        if (LlamaCppFolder.Find() is null)
        {
            Console.Error.WriteLine(LlamaCppFolder.Missing);
            return 1;
        }

        var options = new GgufOnnxOptions(arguments);
        using var work = new WorkFolder();
        var rows = new List<GgufOnnxRow>();
        foreach (string model in options.Models)
        {
            string floats = work.Of($"{model}.gguf");
            if (model == "wide")
            {
                WideModel.Write(floats);
            }
            else
            {
                WidenedFile.Write(Path.Combine(Repository.Shared(), "models", "smollm2-135m-instruct", "SmolLM2-135M-Instruct.Q4_1.gguf"), floats);
            }

            foreach ((string name, int number) in FileTypes)
            {
                // Rows of 576 are no whole blocks of 256: of the K types one mixture is enough there.
                if (options.Types.Length > 0 ? options.Types.Contains(name) : model == "wide" || !FallBack.Contains(name))
                {
                    rows.Add(Measure(model, name, number, floats, work, options));
                    File.WriteAllText(options.Page, GgufOnnxPage.Write(rows, options.Windows * (Context - 1), options.Threads));
                }
            }

            File.Delete(floats);
        }

        return 0;
    }

    private static GgufOnnxRow Measure(string model, string name, int number, string floats, WorkFolder work, GgufOnnxOptions options)
    {
        string file = work.Of($"{model}-{name}.gguf");
        LlamaQuantization.Quantize(floats, file, number, threads: Environment.ProcessorCount);
        using PackStore store = PackStore.Open(work.Of("store"));
        PackResult packed = Packer.PackAsync(new PackRequest(file, Recipe.Default, store)).GetAwaiter().GetResult();
        IReadOnlyList<FidelityReport> fidelity = Fidelity(file, packed.Folder, options);
        ((double, double) ours, (double, double) peer) = Speeds(file, packed.Folder, options);
        using GgufFile opened = GgufFile.Open(file);
        var row = new GgufOnnxRow(
            model == "wide" ? "Random weights, 1024 wide, 71 M" : "SmolLM2-135M-Instruct",
            name,
            opened.Tensors.Sum(tensor => tensor.ByteLength),
            packed.Manifest.Weights.Sum(weight => weight.Bytes),
            fidelity[0],
            fidelity[1],
            fidelity[2],
            ours,
            peer);
        Console.WriteLine($"{model} {name}: exact {fidelity[0].KlDivergence.Mean:g3}, deployed {fidelity[1].KlDivergence.Mean:g3}, llama.cpp {fidelity[2].KlDivergence.Mean:g3}; decode {row.OurDecode} beside {row.PeerDecode}");
        work.Remove("store");
        File.Delete(file);
        return row;
    }

    private static IReadOnlyList<FidelityReport> Fidelity(string file, string folder, GgufOnnxOptions options)
    {
        using ModelSource source = ModelSource.Open(file);
        string text = File.ReadAllText(Path.Combine(Repository.Shared(), "text", "wikitext-2-raw", "wiki.test.raw"));
        TokenWindows windows = TokenWindows.Cut(Tokenizer.Load(source.Folder), text, source.Architecture.BosTokenId, Context, options.Windows);
        using SessionLogitSource reference = SessionLogitSource.OpenSource(source);
        using SessionLogitSource exact = SessionLogitSource.OpenPacked(folder, exact: true);
        using SessionLogitSource deployed = SessionLogitSource.OpenPacked(folder, exact: false);
        using var peer = new LlamaLogitSource(file, Context, Environment.ProcessorCount);
        return ModelEvaluation.Measure(reference, [exact, deployed, peer], windows, EvaluationProtocol.Paper);
    }

    // Taken in turns: what else runs on the machine then disturbs both.
    private static ((double Clock, double Processor) Ours, (double Clock, double Processor) Peer) Speeds(string file, string folder, GgufOnnxOptions options)
    {
        using var ours = new RuntimeContestant(folder, PromptTokens, options.Threads);
        using var peer = new LlamaContestant(file, RuntimeContestant.Ids(PromptTokens), options.Tokens, options.Threads);
        (double Clock, double Processor) best = default, bestPeer = default;
        for (int round = 0; round < options.Rounds; round++)
        {
            Speed speed = ours.Run(options.Tokens);
            best = (Math.Max(best.Clock, speed.Decode), Math.Max(best.Processor, speed.DecodePerCpuSecond));
            (double clock, double processor) = peer.Decode(options.Tokens);
            bestPeer = (Math.Max(bestPeer.Clock, clock), Math.Max(bestPeer.Processor, processor));
        }

        return (best, bestPeer);
    }
}
