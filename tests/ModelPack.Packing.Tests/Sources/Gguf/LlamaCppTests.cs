using ModelPack.Formats.Gguf;
using ModelPack.LlamaCpp;
using ModelPack.Packing.Evaluation;
using ModelPack.Packing.Recipes;
using ModelPack.Packing.Tests.Road;
using ModelPack.Packing.Verification;

namespace ModelPack.Packing.Tests.Sources.Gguf;

/// <summary>llama.cpp itself computes from the same files: every block type, rows in its order, its rope.</summary>
public sealed class LlamaCppTests
{
    // llama.cpp rounds activations to 8 bits for quantized weights, the packed graph with float arithmetic does not.
    private const double Int8Tolerance = 0.05;
    private const double FloatTolerance = 1e-3;

    public static TheoryData<GgufTensorType> Types => [.. GgufBlocks.Types, GgufTensorType.F16];

    [SkippableTheory]
    [MemberData(nameof(Types))]
    public async Task A_packed_file_computes_what_llama_cpp_computes(GgufTensorType type)
    {
        Skip.If(LlamaCppFolder.Find() is null, LlamaCppFolder.Missing);
        using var model = new TypedModel(type);
        using var store = new TemporaryStore();
        PackResult packed = await Packer.PackAsync(new PackRequest(model.Path, Recipe.Default, store.Store, Threads: 1));
        int[] ids = [1, .. Enumerable.Range(0, 23).Select(i => 259 + (i * 7 % 40))];
        float[] reference = LlamaProcess.Logits(model.Path, [ids])[0];
        using SessionLogitSource exact = SessionLogitSource.OpenPacked(packed.Folder, exact: true, 1);
        var logits = new float[reference.Length];
        exact.Run(ids, logits);
        Assert.InRange(LogitComparison.RelativeError(reference, logits), 0, type == GgufTensorType.F16 ? FloatTolerance : Int8Tolerance);
    }
}
