using System.Text.Json.Nodes;
using ModelPack.Packing.Architectures;
using ModelPack.Packing.Architectures.Families;
using ModelPack.Tests;

namespace ModelPack.Packing.Tests.Architectures;

/// <summary>What a configuration means in each family, beyond the numbers of the goldens.</summary>
public class FamilyTests
{
    public static TheoryData<string> ModelTypes => [.. FamilyTable.Families.Select(f => f.ModelType)];

    [SkippableTheory]
    [MemberData(nameof(ModelTypes))]
    public void Absent_fields_have_the_values_of_the_published_configuration_class(string modelType)
    {
        JsonNode defaults = JsonNode.Parse(File.ReadAllText(SharedFolder.Require("goldens/models/defaults.json")))![modelType]!;
        FamilyDefinition family = FamilyTable.Families.Single(f => f.ModelType == modelType);
        int hidden = (int)First("hidden_size", "n_embd")!, heads = (int)First("num_attention_heads", "n_head")!;
        Assert.Equal((int?)First("max_position_embeddings", "n_positions") ?? family.MaxPositions, family.MaxPositions);
        Assert.Equal((int?)defaults["num_key_value_heads"] ?? heads, family.KeyValueHeads ?? heads);
        Assert.Equal((double?)(family.Norm.EpsilonField is string field ? defaults[field] : null) ?? 1e-5, family.Norm.Epsilon);
        Assert.Equal((bool)defaults["tie_word_embeddings"]!, family.Tied);
        Assert.Equal((string?)First([.. family.FeedForward.ActivationFields]) ?? family.FeedForward.Activation, family.FeedForward.Activation);
        Assert.Equal((int?)defaults["head_dim"] ?? hidden / heads, family.HeadSize ?? hidden / heads);
        Assert.Equal((int?)defaults["rotary_dim"], family.ModelType == "gptj" ? 64 : null);
        if (family.Rope is RopeStyle rope && defaults["rope_parameters"] is JsonNode parameters)
        {
            JsonNode full = parameters["full_attention"] ?? parameters;
            Assert.Equal((double)full["rope_theta"]!, rope.Theta);
            Assert.Equal((double?)full["partial_rotary_factor"] ?? 1, rope.Share);
            Assert.Equal((double?)parameters["sliding_attention"]?["rope_theta"], rope.PlainWhereSliding ? rope.LocalTheta : null);
        }

        JsonNode? First(params string[] names) => names.Select(name => defaults[name]).FirstOrDefault(value => value is not null);
    }

    [Theory]
    [InlineData("llama", """{"sliding_window": 8}""", "-,-,-")]
    [InlineData("mistral", """{"sliding_window": 8}""", "8,8,8")]
    [InlineData("mistral", """{"sliding_window": null}""", "-,-,-")]
    [InlineData("mistral", """{"max_position_embeddings": 5000}""", "4096,4096,4096")]
    [InlineData("mistral", """{"sliding_window": 4096}""", "-,-,-")]
    [InlineData("ministral", """{"sliding_window": 8, "layer_types": ["sliding_attention", "full_attention", "sliding_attention"]}""", "8,-,8")]
    [InlineData("ministral", """{"sliding_window": 8}""", "8,8,8")]
    [InlineData("qwen2", """{"sliding_window": 8, "max_window_layers": 1}""", "-,-,-")]
    [InlineData("qwen2", """{"sliding_window": 8, "max_window_layers": 1, "use_sliding_window": true}""", "-,8,8")]
    [InlineData("qwen2", """{"sliding_window": null, "use_sliding_window": true, "max_window_layers": 0}""", "-,-,-")]
    [InlineData("qwen3", """{"sliding_window": 8, "layer_types": ["full_attention", "sliding_attention", "full_attention"]}""", "-,8,-")]
    [InlineData("helium", """{"sliding_window": 8}""", "-,-,-")]
    public void Each_layer_has_the_window_that_the_family_gives_it(string modelType, string fields, string windows)
    {
        using var model = new TinyModel(modelType, fields, layers: 3);
        Assert.Equal(windows, string.Join(',', model.Read().SlidingWindows.Select(w => w?.ToString() ?? "-")));
    }

    [Theory]
    [InlineData("llama", """{"partial_rotary_factor": 0.5}""", "partial_rotary_factor")]
    [InlineData("llama", """{"attn_logit_softcapping": 50.0}""", "attn_logit_softcapping")]
    [InlineData("llama", """{"num_local_experts": 8, "num_experts_per_tok": 2}""", "num_local_experts")]
    [InlineData("llama", """{"layer_types": ["full_attention", "sliding_attention", "full_attention"]}""", "layer_types[1]")]
    [InlineData("llama", """{"layer_types": ["full_attention", "conv", "full_attention"]}""", "layer_types[1]")]
    [InlineData("qwen3", """{"layer_types": ["full_attention", "sliding_attention", "full_attention"], "sliding_window": null}""", "sliding_window")]
    [InlineData("mistral", """{"sliding_window": -1}""", "sliding_window")]
    [InlineData("qwen2", """{"use_mrope": true}""", "use_mrope")]
    [InlineData("llama", """{"rope_scaling": {"rope_type": "yarn", "factor": 2.0, "llama_4_scaling_beta": 0.5}}""", "rope_scaling.llama_4_scaling_beta")]
    [InlineData("llama", """{"rope_parameters": {"full_attention": {"rope_type": "default"}}}""", "rope_parameters.full_attention")]
    [InlineData("llama", """{"rope_scaling": {"type": "longrope", "factor": 2.0}}""", "rope_scaling.short_factor")]
    [InlineData("llama", """{"rope_scaling": {"type": "ntk", "factor": 2.0}}""", "rope_scaling.type")]
    [InlineData("phi3", """{"partial_rotary_factor": 0.4}""", "partial_rotary_factor")]
    [InlineData("smollm3", """{"no_rope_layers": [1, 0]}""", "no_rope_layers")]
    [InlineData("hunyuan_v1_dense", """{"use_qk_norm": false}""", "use_qk_norm")]
    [InlineData("exaone4", """{"sliding_window": 8, "sliding_window_pattern": "LLX"}""", "sliding_window_pattern")]
    [InlineData("gpt2", """{"scale_attn_weights": false}""", "scale_attn_weights")]
    [InlineData("gpt2", """{"n_embd": 0}""", "n_embd")]
    [InlineData("cohere", """{"logit_scale": 0}""", "logit_scale")]
    [InlineData("llama", """{"rope_scaling": {"rope_type": "yarn", "factor": 2.0}, "rope_parameters": {"rope_type": "default"}}""", "rope_scaling")]
    [InlineData("llama", """{"rope_scaling": [1]}""", "rope_scaling")]
    [InlineData("llama", """{"rms_norm_eps": 0}""", "rms_norm_eps")]
    [InlineData("llama", """{"eos_token_id": "2"}""", "eos_token_id")]
    [InlineData("llama", """{"eos_token_id": [2, "x"]}""", "eos_token_id[1]")]
    [InlineData("llama", """{"tie_word_embeddings": 1}""", "tie_word_embeddings")]
    [InlineData("llama", """{"num_hidden_layers": 2.5}""", "num_hidden_layers")]
    [InlineData("llama", """{"vocab_size": 99999999999}""", "vocab_size")]
    [InlineData("llama", """{"model_type": 7}""", "model_type")]
    [InlineData("mistral", """{"architectures": ["LlamaForCausalLM"]}""", "architectures")]
    public void A_field_that_would_change_the_result_is_refused_by_name(string modelType, string fields, string mustName)
    {
        using var model = new TinyModel(modelType, fields, layers: 3);
        ModelPackException error = Assert.Throws<ModelPackException>(model.Read);
        Assert.Contains(mustName, error.Message, StringComparison.Ordinal);
        Assert.StartsWith("MPK12", error.Code, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"rope_interleaved": true, "is_llama_config": true, "pretraining_tp": 4, "max_sequence_length": 7, "quantization_config": null}""")]
    [InlineData("""{"_name_or_path": "x", "transformers_version": "9", "use_cache": false, "torch_dtype": "float64", "attention_dropout": 0.5, "task_specific_params": {}}""")]
    [InlineData("""{"partial_rotary_factor": 1.0, "num_experts": 0, "attn_logit_softcapping": null, "layer_types": ["full_attention", "full_attention", "full_attention"]}""")]
    [InlineData("""{"rope_scaling": {"type": "default", "factor": 1.0}, "rms_norm_eps": 1e-6, "pad_token_id": -1, "bos_token_id": null}""")]
    public void Fields_that_change_nothing_are_accepted(string fields)
    {
        using var model = new TinyModel("llama", fields, layers: 3);
        Assert.Equal(3, model.Read().Layers);
    }

    [Fact]
    public void End_tokens_of_both_files_are_joined_and_those_outside_the_vocabulary_left_out()
    {
        using var model = new TinyModel("llama", """{"eos_token_id": [5, 900000]}""", layers: 1);
        File.WriteAllText(Path.Combine(model.Folder, "generation_config.json"), """{"eos_token_id": [7, 5], "bos_token_id": 3}""");
        DecoderArchitecture architecture = model.Read();
        Assert.Equal([7, 5], architecture.EosTokenIds);
        Assert.Equal(3, architecture.BosTokenId);
        Assert.Null(architecture.PadTokenId);
    }
}
