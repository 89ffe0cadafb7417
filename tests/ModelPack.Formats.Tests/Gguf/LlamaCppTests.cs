using System.Text.Json.Nodes;
using ModelPack.Formats.Gguf;
using ModelPack.LlamaCpp;

namespace ModelPack.Tests.Gguf;

/// <summary>That the bridge to llama.cpp says what llama.cpp says: against files and numbers that its own programs have made.</summary>
public class LlamaCppTests
{
    private const string Reference = "models/gguf-reference/";

    [SkippableTheory]
    [InlineData("stories260K-F32")]
    [InlineData("stories260K-Q5_0")]
    [InlineData("babyllama-tok105-Q4_0")]
    public void Tokens_and_logits_are_those_that_its_programs_computed(string name)
    {
        RequireLibraries();
        string path = SharedFolder.Require($"{Reference}{name}.gguf");
        JsonArray cases = JsonNode.Parse(File.ReadAllText(SharedFolder.Require(Reference + "llama_cpp_logits.json")))![name + ".gguf"]!.AsArray();
        string[] texts = [.. cases.Select(node => (string)node!["text"]!)];
        int[][] ids = [.. cases.Select(node => node!["ids"]!.AsArray().Select(id => (int)id!).ToArray())];
        Assert.Equal(ids, LlamaProcess.Tokenize(path, texts));

        float[][] logits = LlamaProcess.Logits(path, ids, new LlamaContextOptions { AsItsPrograms = true });
        for (int i = 0; i < ids.Length; i++)
        {
            float[] expected = [.. cases[i]!["last_logits"]!.AsArray().Select(value => (float)value!)];
            float[] actual = logits[i][^expected.Length..];
            Assert.Equal(ids[i].Length * expected.Length, logits[i].Length);

            // Written with four decimals, and computed with other vectors, which round activations to 8 bits elsewhere.
            Assert.InRange(expected.Zip(actual, (a, b) => Math.Abs(a - b)).Max(), 0, name.EndsWith("F32", StringComparison.Ordinal) ? 0.003 : 0.1);
            Assert.Equal((int)cases[i]!["argmax"]!, Array.IndexOf(actual, actual.Max()));
        }
    }

    [SkippableFact]
    public void Perplexity_is_the_one_in_the_table_of_the_reference_files()
    {
        RequireLibraries();
        string path = SharedFolder.Require(Reference + "stories260K-F32.gguf");
        string text = File.ReadAllText(SharedFolder.Require("text/tinystories/stories.txt")).Replace("\n\n", "\n", StringComparison.Ordinal);
        int[] tokens = LlamaProcess.Tokenize(path, [text[..24_000]], addSpecial: false)[0];
        Assert.Equal(11_313, tokens.Length);

        // The table counts the rest that does not fill a window too.
        int whole = tokens.Length / 511 * 511;
        (double perplexity, int scored) = LlamaProcess.Perplexity(path, tokens[..whole], 512, 0);
        (double restPerplexity, int restScored) = LlamaProcess.Perplexity(path, tokens[whole..], tokens.Length - whole + 1, 0);
        Assert.Equal((whole, tokens.Length - whole), (scored, restScored));
        double all = Math.Exp(((scored * Math.Log(perplexity)) + (restScored * Math.Log(restPerplexity))) / tokens.Length);
        Assert.InRange(all, 4.0332, 4.0342);
    }

    [SkippableTheory]
    [InlineData("Q8_0", 7)]
    [InlineData("Q4_1", 3)]
    [InlineData("IQ4_NL", 25)]
    public void Its_quantizer_makes_the_file_that_it_made_before_and_plans_those_types(string name, int fileType)
    {
        RequireLibraries();
        string source = SharedFolder.Require(Reference + "stories260K-F32.gguf");
        string expected = SharedFolder.Require($"{Reference}stories260K-{name}.gguf");
        using var folder = new TemporaryFolder();
        LlamaProcess.Quantize(source, folder.File("quantized.gguf"), fileType);
        Assert.True(File.ReadAllBytes(expected).AsSpan().SequenceEqual(File.ReadAllBytes(folder.File("quantized.gguf"))));

        using GgufFile file = GgufFile.Open(expected);
        Assert.Equal(
            file.Tensors.Select(tensor => (tensor.Name, tensor.Type.ToString().ToUpperInvariant())),
            LlamaProcess.PlanTypes(source, fileType).Select(plan => (plan.Name, plan.Type.ToUpperInvariant())));
    }

    [SkippableFact]
    public void Importance_reaches_its_quantizer()
    {
        RequireLibraries();
        string source = SharedFolder.Require(Reference + "stories260K-F32.gguf");
        using GgufFile file = GgufFile.Open(source);
        Dictionary<string, float[]> importance = file.Tensors.Where(tensor => tensor.Shape.Count == 2).ToDictionary(
            tensor => tensor.Name, tensor => Enumerable.Range(1, (int)tensor.Shape[1]).Select(i => (float)(i * i)).ToArray());
        using var folder = new TemporaryFolder();
        LlamaProcess.Quantize(source, folder.File("plain.gguf"), 3);
        LlamaProcess.Quantize(source, folder.File("weighted.gguf"), 3, importance);
        Assert.NotEqual(File.ReadAllBytes(folder.File("plain.gguf")), File.ReadAllBytes(folder.File("weighted.gguf")));
    }

    [SkippableFact]
    public void Greedy_text_continues_a_story()
    {
        RequireLibraries();
        string path = SharedFolder.Require(Reference + "stories260K-F16.gguf");
        int[] prompt = LlamaProcess.Tokenize(path, ["Once upon a time"])[0];
        using LlamaModel model = LlamaModel.Load(path);
        using LlamaContext context = model.CreateContext();
        int[] made = LlamaGeneration.Greedy(model, context, prompt, 12);
        Assert.Equal(made, LlamaProcess.Greedy(path, [prompt], 12)[0]);
        Assert.Contains("there was a", model.Vocabulary.Detokenize(made), StringComparison.Ordinal);
    }

    [SkippableFact]
    public void What_it_refuses_comes_back_in_its_own_words()
    {
        RequireLibraries();
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("model.gguf"), "no model at all");
        var error = Assert.Throws<LlamaCppException>(() => LlamaProcess.Tokenize(folder.File("model.gguf"), ["a"]));
        Assert.Contains("invalid magic", error.Message, StringComparison.Ordinal);
        error = Assert.Throws<LlamaCppException>(() => GgmlFile.Read(folder.File("model.gguf")));
        Assert.Contains("invalid magic", error.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Batch_that_it_refuses_is_an_error()
    {
        RequireLibraries();
        string path = SharedFolder.Require(Reference + "stories260K-F16.gguf");
        Assert.Contains("invalid token", Assert.Throws<LlamaCppException>(() => LlamaProcess.Greedy(path, [[1 << 20]], 1)).Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Process_that_it_aborts_is_an_error_and_the_test_lives_on()
    {
        RequireLibraries();
        using var folder = new TemporaryFolder();

        // A vocabulary without byte pieces: a character outside its alphabet, here the space it puts first, throws through the C interface.
        string[] pieces = ["<unk>", "<s>", "</s>", "a"];
        GgufBytes file = new GgufBytes(0, 9)
            .Pair("general.architecture", GgufValueType.Text, GgufBytes.TextValue("llama"))
            .Pair("llama.context_length", GgufValueType.UInt32, BitConverter.GetBytes(64))
            .Pair("llama.embedding_length", GgufValueType.UInt32, BitConverter.GetBytes(32))
            .Pair("llama.block_count", GgufValueType.UInt32, BitConverter.GetBytes(1))
            .Pair("llama.attention.head_count", GgufValueType.UInt32, BitConverter.GetBytes(1))
            .Pair("llama.attention.layer_norm_rms_epsilon", GgufValueType.Float32, BitConverter.GetBytes(1e-5f))
            .Pair("tokenizer.ggml.model", GgufValueType.Text, GgufBytes.TextValue("llama"))
            .ArrayPair("tokenizer.ggml.tokens", GgufValueType.Text, 4, [.. pieces.SelectMany(GgufBytes.TextValue)])
            .ArrayPair("tokenizer.ggml.scores", GgufValueType.Float32, 4, new byte[16]);
        File.WriteAllBytes(folder.File("vocabulary.gguf"), file.Pad().ToArray());
        Assert.Contains("134", Assert.Throws<LlamaCppException>(() => LlamaProcess.Tokenize(folder.File("vocabulary.gguf"), ["a"])).Message, StringComparison.Ordinal);
    }

    private static void RequireLibraries() => Skip.If(LlamaCppFolder.Find() is null, LlamaCppFolder.Missing);
}
