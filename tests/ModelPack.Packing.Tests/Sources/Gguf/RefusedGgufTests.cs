using System.Runtime.InteropServices;
using ModelPack.Formats.Gguf;
using ModelPack.Packing.Sources;

namespace ModelPack.Packing.Tests.Sources.Gguf;

/// <summary>Files that llama.cpp may read and that are not understood here: each is one sentence that names the file and the key or tensor.</summary>
public sealed class RefusedGgufTests
{
    public static TheoryData<string, object?, string> Keys => new()
    {
        { "llama.block_count", null, "MPK1420" },
        { "llama.attention.layer_norm_rms_epsilon", null, "MPK1420" },
        { "tokenizer.ggml.tokens", null, "MPK1420" },
        { "tokenizer.ggml.scores", null, "MPK1420" },
        { "llama.embedding_length", "many", "MPK1421" },
        { "llama.attention.head_count", 0u, "MPK1421" },
        { "llama.attention.head_count", 7u, "MPK1421" },
        { "llama.attention.head_count_kv", new uint[] { 4, 4, 2, 4, 4 }, "MPK1421" },
        { "tokenizer.ggml.scores", new float[] { 1, 2 }, "MPK1421" },
        { "tokenizer.ggml.bos_token_id", 512u, "MPK1421" },
        { "tokenizer.ggml.add_bos_token", 1u, "MPK1421" },
        { "general.architecture", "mamba", "MPK1422" },
        { "llama.attention.clamp_kqv", 8f, "MPK1423" },
        { "llama.rope.dimension_count", 4u, "MPK1423" },
        { "llama.attention.value_length", 16u, "MPK1423" },
        { "llama.logit_scale", 0.5f, "MPK1423" },
        { "llama.rope.scaling.type", "longrope", "MPK1424" },
        { "tokenizer.ggml.model", "t5", "MPK1425" },
    };

    [SkippableTheory]
    [MemberData(nameof(Keys))]
    public void A_key_that_is_missing_wrong_or_not_understood_is_named(string key, object? value, string code)
    {
        using var model = new EditedModel(metadata =>
        {
            metadata.Remove(key);
            if (value is not null)
            {
                metadata.Add(key, GgufValue.Of(value));
            }
        });
        string message = Refused(model, code);
        Assert.Contains(key, message, StringComparison.Ordinal);
        if (value is string text)
        {
            Assert.Contains(text, message, StringComparison.Ordinal);
        }
    }

    [SkippableFact]
    public void A_pre_tokenizer_that_is_not_known_is_named()
    {
        using var model = new EditedModel(metadata =>
        {
            metadata["tokenizer.ggml.model"] = GgufValue.Of("gpt2");
            metadata.Add("tokenizer.ggml.pre", GgufValue.Of("of-tomorrow"));
        });
        Assert.Contains("'of-tomorrow'", Refused(model, "MPK1425"), StringComparison.Ordinal);
    }

    [SkippableFact]
    public void A_tensor_that_has_no_place_is_named()
    {
        using var model = new EditedModel(tensor: name => name == "blk.1.attn_q.weight" ? "blk.1.attn_qkv.weight" : name);
        Assert.Contains("'blk.1.attn_qkv.weight'", Refused(model, "MPK1426"), StringComparison.Ordinal);
    }

    [SkippableFact]
    public void A_tensor_of_a_type_that_is_not_decoded_is_named()
    {
        using var model = new EditedModel(added: [("blk.0.ffn_gate.bias", GgufTensorType.IQ2_XXS, new byte[66])]);
        string message = Refused(model, "MPK1427");
        Assert.Contains("'blk.0.ffn_gate.bias'", message, StringComparison.Ordinal);
        Assert.Contains("IQ2_XXS", message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void A_tensor_that_is_missing_is_named_as_the_file_names_it()
    {
        using var model = new EditedModel(metadata => metadata["llama.block_count"] = GgufValue.Of(6u));
        string message = Refused(model, "MPK1220");
        Assert.Contains("llama.block_count", message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Divisors_that_no_scaling_gives_are_refused()
    {
        float[] divisors = [1, 3, 2, 5];
        using var model = new EditedModel(added: [("rope_freqs.weight", GgufTensorType.F32, MemoryMarshal.AsBytes(divisors.AsSpan()).ToArray())]);
        Assert.Contains("rope_freqs.weight", Refused(model, "MPK1424"), StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Divisors_of_one_change_nothing()
    {
        float[] divisors = [1, 1, 1, 1];
        using var model = new EditedModel(added: [("rope_freqs.weight", GgufTensorType.F32, MemoryMarshal.AsBytes(divisors.AsSpan()).ToArray())]);
        using ModelSource source = ModelSource.Open(model.Path);
        Assert.Equal(5, source.Architecture.Layers);
    }

    private static string Refused(EditedModel model, string code)
    {
        ModelPackException error = Assert.Throws<ModelPackException>(() => ModelSource.Open(model.Path));
        Assert.Equal(code, error.Code);
        Assert.Contains(model.Path, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("modelpack-gguf-", error.Message, StringComparison.Ordinal);
        return error.Message;
    }
}
