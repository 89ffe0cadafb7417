using Microsoft.ML.OnnxRuntime;
using ModelPack.Packing.Adapters;
using ModelPack.Packing.Architectures;
using ModelPack.Packing.Recipes;
using ModelPack.Packing.Sources;
using ModelPack.Packing.Tests.Architectures;

namespace ModelPack.Packing.Tests.Adapters;

/// <summary>Adapters of bases whose layers lie fused or transposed in their tensors, and adapters with more than low-rank sums.</summary>
public class LayoutTests
{
    [SkippableTheory]
    [InlineData("phi3", false, "", "qkv_proj", "gate_up_proj", "o_proj", "down_proj")]
    [InlineData("gpt_neox", false, "", "query_key_value", "dense_4h_to_h")]
    [InlineData("gpt2", true, "transformer.", "c_attn", "c_fc", "c_proj")]
    [InlineData("glm4", false, "", "gate_up_proj", "q_proj")]
    [InlineData("mixtral", false, "", "w1", "w2", "w3", "q_proj")]
    [InlineData("qwen2", false, "", "k_proj", "o_proj")]
    public void A_layer_gets_its_part_of_the_sum_merged_and_switched_on(string name, bool transposed, string prefix, params string[] modules)
    {
        using GoldenCase golden = GoldenCase.Open(name);
        using var synthetic = new SyntheticAdapter(golden, transposed, prefix, modules);
        synthetic.Write(golden);
        using var folder = new CaseFolder(golden);
        int[] ids = [.. golden.Ids("input_ids").Select(id => (int)id)];
        using HuggingFaceSource expected = HuggingFaceSource.Open(synthetic.Merged);
        float[] reference = LoraCase.Logits(expected, ids);
        using AdaptedModel merged = Open(folder, synthetic);
        using AdaptedModel separate = Open(folder, synthetic, ("AdapterMode", "separate"));
        BoundAdapter adapter = Assert.Single(separate.Adapters);
        var options = new DecoderGraphOptions { LowRankWeights = adapter.LowRankWeights.Select(weight => weight.Name).ToHashSet() };
        using DecoderFolder graph = DecoderFolder.Write(golden.Checkpoint, separate.Source.Architecture, options);
        AdapterFile.Write(graph.FullPath, adapter, TargetProvider.Cpu);
        using OrtLoraAdapter loaded = OrtLoraAdapter.Create(Path.Combine(graph.FullPath, AdapterFile.NameOf(adapter)), null);
        using var runner = new DecoderRunner(graph.Model, separate.Source.Architecture);
        runner.Activate(loaded);

        Assert.True(Close.LargestDifference(golden.Floats("logits"), reference) > 0.1);
        Close.Assert(reference, LoraCase.Logits(merged.Source, ids), 2 * golden.Tolerance);
        Close.Assert(reference, runner.Run(golden.Ids("input_ids")), 2 * golden.Tolerance);
    }

    [SkippableFact]
    public void An_embedding_a_bias_a_norm_and_a_head_are_merged_and_cannot_be_switched()
    {
        using GoldenCase golden = GoldenCase.Open("llama-bias");
        using var synthetic = new SyntheticAdapter(golden, transposed: false, "", "embed_tokens", "q_proj");
        synthetic.Replace("model.layers.0.self_attn.q_proj.bias", "base_model.model.model.layers.0.self_attn.q_proj.base_layer.bias");
        synthetic.Replace("model.norm.weight", "base_model.model.model.norm.weight");
        synthetic.Replace("lm_head.weight", "base_model.model.lm_head.modules_to_save.weight");
        synthetic.Write(golden);
        using var folder = new CaseFolder(golden);
        int[] ids = [.. golden.Ids("input_ids").Select(id => (int)id)];
        using HuggingFaceSource expected = HuggingFaceSource.Open(synthetic.Merged);
        using AdaptedModel merged = Open(folder, synthetic);
        ModelPackException separate = Assert.Throws<ModelPackException>(() => Open(folder, synthetic, ("AdapterMode", "separate")).Dispose());

        Close.Assert(LoraCase.Logits(expected, ids), LoraCase.Logits(merged.Source, ids), 2 * golden.Tolerance);
        Assert.Equal("MPK1255", separate.Code);
        Assert.Contains("base_model.model.lm_head", separate.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void An_embedding_that_is_the_head_too_is_refused()
    {
        using GoldenCase golden = GoldenCase.Open("llama-tied-gqa");
        using var synthetic = new SyntheticAdapter(golden, transposed: false, "", "embed_tokens");
        synthetic.Write(golden);
        using var folder = new CaseFolder(golden);
        ModelPackException error = Assert.Throws<ModelPackException>(() => Open(folder, synthetic).Dispose());

        Assert.Equal("MPK1251", error.Code);
        Assert.Contains("tie_word_embeddings", error.Message, StringComparison.Ordinal);
    }

    private static AdaptedModel Open(CaseFolder folder, SyntheticAdapter adapter, params (string Name, string Value)[] settings) => AdaptedModel.Open(
        folder.FullPath, Recipe.Parse(settings.Append(("Adapter", adapter.Folder)).Select(setting => KeyValuePair.Create(setting.Item1, setting.Item2))));
}
