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

    private const int WrittenTokens = 60;

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

    [SkippableTheory]
    [InlineData("models/tinytales")]
    [InlineData("models/babyllama-tok105")]
    [InlineData("models/stories260K")]
    public async Task Llama_cpp_writes_from_F16_what_the_decoded_weights_write(string model)
    {
        LlamaCpp.Require();
        string folder = SharedFolder.Require(model);
        using var store = new TemporaryStore();
        string file = await Pack(folder, "F16", store);
        using ModelSource source = ModelSource.Open(folder);
        int[] prompt = Tokenizer.Load(folder).Encode(Prompts[0]);

        int[] theirs = LlamaProcess.Greedy(file, [prompt], WrittenTokens)[0];

        var written = new List<int>(prompt);
        using (GgufFile opened = GgufFile.Open(file))
        using (SessionLogitSource session = OpenDecoded(source, opened))
        {
            var logits = new float[(prompt.Length + WrittenTokens) * session.VocabularySize];
            while (written.Count < prompt.Length + theirs.Length)
            {
                session.Run(written.ToArray(), logits.AsSpan(0, written.Count * session.VocabularySize));
                written.Add(PredictionDistance.Top(logits.AsSpan((written.Count - 1) * session.VocabularySize, session.VocabularySize)));
            }
        }

        Assert.NotEmpty(theirs);
        Assert.Equal(theirs, written.Skip(prompt.Length));
    }

    /// <summary>Logits of the file's decoded weights in a float32 graph.</summary>
    internal static float[][] Decoded(ModelSource source, string file, int[][] prompts)
    {
        using GgufFile opened = GgufFile.Open(file);
        using SessionLogitSource session = OpenDecoded(source, opened);
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

    private static SessionLogitSource OpenDecoded(ModelSource source, GgufFile file)
    {
        Dictionary<string, GgufTensor> tensors = file.Tensors.ToDictionary(tensor => tensor.Name);
        Dictionary<string, NamedWeight> names = TensorNames.WeightsOf(source.Architecture).ToDictionary(named => named.Weight.Name);
        IWeightRows Rows(DecoderWeight weight) => FileRows.Published(names[weight.Name], new TensorRows(names[weight.Name], tensors[names[weight.Name].Name], file.Path));
        return SessionLogitSource.OpenFloat(source.Architecture, Rows, source.Folder, file.Path, 1);
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
