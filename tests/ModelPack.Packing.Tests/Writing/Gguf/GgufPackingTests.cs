using ModelPack.Formats.Gguf;
using ModelPack.LlamaCpp;
using ModelPack.Packing.Architectures;
using ModelPack.Packing.Evaluation;
using ModelPack.Packing.Planning.Gguf;
using ModelPack.Packing.Quantizing;
using ModelPack.Packing.Recipes;
using ModelPack.Packing.Sources;
using ModelPack.Packing.Tests.Road;
using ModelPack.Packing.Verification;
using ModelPack.Packing.Writing.Gguf;
using ModelPack.Runtime.Tokenization;
using ModelPack.Tests;

namespace ModelPack.Packing.Tests.Writing.Gguf;

/// <summary>Packed files, judged by llama.cpp: it opens them, and computes from them what the decoded weights give in a float graph.</summary>
public class GgufPackingTests
{
    // llama.cpp rounds the inputs of products to 8 bits where the weights are quantized, to bfloat16 where they are that, to float16 where they
    // are that: that is what these leave room for.
    private const double FloatTolerance = 1e-3;
    private const double BFloat16Tolerance = 5e-3;
    private const double QuantizedDivergence = 0.02;

    private static readonly string[] Models = ["models/tinytales", "models/babyllama-tok105", "models/stories260K"];

    private static readonly string[] Prompts = ["Once upon a time there was a small fox who", "The old man looked at the sea and"];

    public static TheoryData<string, string> All
    {
        get
        {
            var all = new TheoryData<string, string>();
            foreach (string model in Models)
            {
                foreach (string type in FileTypes.Names)
                {
                    all.Add(model, type);
                }
            }

            return all;
        }
    }

    [SkippableTheory]
    [MemberData(nameof(All))]
    public async Task Llama_cpp_computes_from_the_file_what_its_decoded_weights_give(string model, string type)
    {
        LlamaCpp.Require();
        string folder = SharedFolder.Require(model);
        using var store = new TemporaryStore();

        string file = await Pack(folder, type, store);

        using ModelSource source = ModelSource.Open(folder);
        Tokenizer tokenizer = Tokenizer.Load(folder);
        int[][] ids = [.. Prompts.Select(prompt => tokenizer.Encode(prompt))];
        Assert.Equal(ids, LlamaProcess.Tokenize(file, Prompts));
        float[][] theirs = LlamaProcess.Logits(file, ids);
        float[][] ours = Decoded(source, file, ids);
        for (int i = 0; i < ids.Length; i++)
        {
            LogitDifference difference = LogitComparison.Compare(ours[i], theirs[i], source.Architecture.VocabularySize);
            if (FileTypes.Find(type).IsQuantized)
            {
                Assert.InRange(difference.KlDivergence, 0, QuantizedDivergence);
                Assert.InRange(difference.TopAgreement, 0.8, 1);
            }
            else
            {
                Assert.InRange(difference.RelativeError, 0, type == "BF16" ? BFloat16Tolerance : FloatTolerance);
            }
        }
    }

    /// <summary>Logits of the file's decoded weights in a float32 graph.</summary>
    internal static float[][] Decoded(ModelSource source, string file, int[][] prompts)
    {
        using GgufFile opened = GgufFile.Open(file);
        Dictionary<string, GgufTensor> tensors = opened.Tensors.ToDictionary(tensor => tensor.Name);
        Dictionary<string, NamedWeight> names = TensorNames.Of(source.Architecture).ToDictionary(named => named.Weight.Name);
        IWeightRows Rows(DecoderWeight weight) => FileRows.Published(source.Architecture, names[weight.Name], new TensorRows(weight, tensors[names[weight.Name].Name], file));
        using SessionLogitSource session = SessionLogitSource.OpenFloat(source.Architecture, Rows, source.Folder, file, 1);
        return
        [
            .. prompts.Select(prompt =>
            {
                var logits = new float[prompt.Length * session.VocabularySize];
                session.Run(prompt, logits);
                return logits;
            }),
        ];
    }

    internal static async Task<string> Pack(string folder, string type, TemporaryStore store, params (string Name, string Value)[] more)
    {
        Dictionary<string, string> settings = new() { ["Format"] = "gguf", ["Type"] = type };
        foreach ((string name, string value) in more)
        {
            settings[name] = value;
        }

        PackResult result = await Packer.PackAsync(new PackRequest(folder, Recipe.Parse(settings), store.Store, Threads: 1));
        return Directory.GetFiles(result.Folder, result.Name + ".gguf").Single();
    }
}
