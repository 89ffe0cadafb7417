using ModelPack.LlamaCpp;
using ModelPack.Packing.Sources;
using ModelPack.Packing.Tests.Architectures;
using ModelPack.Packing.Tests.Road;
using ModelPack.Packing.Verification;
using ModelPack.Runtime.Tokenization;

namespace ModelPack.Packing.Tests.Writing.Gguf;

/// <summary>Packed files of families whose tensors are fused, stacked or changed: llama.cpp computes from them what their decoded weights give, and they can be packed again.</summary>
public class FamilyPackingTests
{
    // llama.cpp rounds the inputs of products to 8 bits, or to float16, which can send a token to another expert.
    private const double Divergence = 0.02;

    [SkippableTheory]
    [InlineData("phi3", "Q8_0")]
    [InlineData("gpt2-prefixed", "Q5_0")]
    [InlineData("gpt_neox", "F16")]
    [InlineData("mixtral", "F16")]
    [InlineData("granitemoe", "Q5_1")]
    [InlineData("stablelm-qknorm", "Q8_0")]
    [InlineData("gemma2", "Q8_0")]
    [InlineData("gemma3-1b", "Q5_0")]
    [InlineData("nemotron", "Q8_0")]
    public async Task Llama_cpp_computes_what_the_decoded_weights_of_the_packed_file_give(string name, string type)
    {
        LlamaCpp.Require();
        using GoldenCase golden = GoldenCase.Open(name);
        using var model = new CaseFolder(golden);
        ByteTokenizer.Write(model.FullPath);
        using var store = new TemporaryStore();

        // llama.cpp looks for tokens of Phi-3 in every file of that name.
        string file = await GgufPackingTests.Pack(model.FullPath, type, store, ("Name", "case"));

        using ModelSource source = ModelSource.Open(model.FullPath);
        int[][] ids = [[.. Tokenizer.Load(model.FullPath).Encode("A small fox").Take(ArchitectureLength(source))]];
        float[] theirs = LlamaProcess.Logits(file, ids)[0], ours = GgufPackingTests.Decoded(source, file, ids)[0];
        Assert.InRange(LogitComparison.Compare(ours, theirs, source.Architecture.VocabularySize).KlDivergence, 0, Divergence);

        // As a source the file gives the same decoded weights.
        using ModelSource again = ModelSource.Open(file);
        using var session = Packing.Evaluation.SessionLogitSource.OpenSource(again, 1);
        var logits = new float[ours.Length];
        session.Run(ids[0], logits);
        Assert.InRange(LogitComparison.RelativeError(ours, logits), 0, 1e-4);
    }

    private static int ArchitectureLength(ModelSource source) => Packing.Writing.Gguf.ArchitectureMetadata.ContextLength(source.Architecture);
}
