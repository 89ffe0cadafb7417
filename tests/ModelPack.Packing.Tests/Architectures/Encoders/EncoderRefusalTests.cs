using System.Text.Json.Nodes;
using Google.Protobuf;
using ModelPack.Formats.Numerics;
using ModelPack.Packing.Architectures;
using ModelPack.Packing.Architectures.Encoders;
using ModelPack.Packing.Architectures.Encoders.Graphs;
using ModelPack.Tests;

namespace ModelPack.Packing.Tests.Architectures.Encoders;

/// <summary>What is missing, too much or unknown is refused by name; spellings of one configuration give one graph.</summary>
public class EncoderRefusalTests
{
    public static TheoryData<string> All => GoldenEncoderTests.All;

    [SkippableTheory]
    [MemberData(nameof(All))]
    public void Every_tensor_is_needed_in_its_shape_and_no_other_is_taken(string name)
    {
        using GoldenCase golden = GoldenCase.Open(name);
        string config = Path.Combine(golden.Folder, "config.json");
        Dictionary<string, TensorShape> whole = golden.Checkpoint.Tensors.ToDictionary(t => t.Key, t => new TensorShape(t.Value.Type, t.Value.Shape));
        var surplus = new Dictionary<string, TensorShape>(whole) { ["surprise.weight"] = new TensorShape(ElementType.Float32, [4]) };
        Refused(config, surplus, "surprise.weight", "MPK1221");

        // Masks and heads for pretraining may be absent; a pooler may be, but not by halves.
        HashSet<string> bound = [.. EncoderArchitecture.Read(config, whole).Weights.Select(weight => weight.Tensor)];
        foreach (string tensor in bound.Where(tensor => !tensor.EndsWith("pooler.dense.weight", StringComparison.Ordinal) && !tensor.EndsWith("pooler.weight", StringComparison.Ordinal)))
        {
            var without = new Dictionary<string, TensorShape>(whole);
            without.Remove(tensor);
            ModelPackException missing = Assert.Throws<ModelPackException>(() => EncoderArchitecture.Read(config, without));
            Assert.Contains(missing.Code, new[] { "MPK1220", "MPK1221" });

            var wrong = new Dictionary<string, TensorShape>(whole) { [tensor] = new TensorShape(whole[tensor].Type, [.. whole[tensor].Dims.Select(dim => dim + 1)]) };
            Refused(config, wrong, tensor, "MPK1222");
        }
    }

    [SkippableTheory]
    [InlineData("bert", "model_type", "\"llama\"", "MPK1205")]
    [InlineData("bert", "hidden_size", null, "MPK1202")]
    [InlineData("bert", "num_attention_heads", "5", "MPK1204")]
    [InlineData("bert", "vocab_size", "\"many\"", "MPK1203")]
    [InlineData("bert", "num_hidden_layers", "3", "MPK1220")]
    [InlineData("bert", "num_hidden_layers", "1", "MPK1221")]
    [InlineData("bert", "hidden_act", "\"snake\"", "MPK1207")]
    [InlineData("bert", "is_decoder", "true", "MPK1209")]
    [InlineData("bert", "position_embedding_type", "\"relative_key\"", "MPK1209")]
    [InlineData("bert", "quantization_config", """{ "quant_method": "gptq" }""", "MPK1210")]
    [InlineData("roberta", "pad_token_id", "40", "MPK1204")]
    [InlineData("nomic_bert", "rotary_emb_interleaved", "true", "MPK1209")]
    [InlineData("nomic_bert", "rotary_scaling_factor", "2.0", "MPK1209")]
    [InlineData("nomic_bert", "activation_function", "\"gelu_snake\"", "MPK1207")]
    [InlineData("nomic_bert", "qkv_proj_bias", "true", "MPK1220")]
    [InlineData("modernbert", "layer_types", """["full_attention"]""", "MPK1211")]
    [InlineData("albert", "inner_group_num", "2", "MPK1209")]
    [InlineData("deberta-v2", "norm_rel_ebd", "\"batch\"", "MPK1209")]
    [InlineData("deberta-v2", "share_att_key", "false", "MPK1209")]
    [InlineData("deberta-v2", "conv_kernel_size", "3", "MPK1209")]
    public void A_field_that_cannot_be_packed_is_named(string name, string field, string? value, string code)
    {
        using var copy = new EncoderCopy(name);
        copy.Edit("config.json", json =>
        {
            json.Remove(field);
            if (value is not null)
            {
                json[field] = JsonNode.Parse(value);
            }
        });
        ModelPackException error = copy.Refusal();
        Assert.Equal(code, error.Code);
        Assert.Contains(field switch { "qkv_proj_bias" => "Wqkv.bias", "num_hidden_layers" => "layer", "quantization_config" => "quant_method", "pad_token_id" => "pad_token_id", _ => field }, error.Message, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [MemberData(nameof(All))]
    public void Both_styles_and_a_file_without_the_fields_that_have_their_usual_values_give_one_graph(string name)
    {
        using var copy = new EncoderCopy(name);
        string expected = Graph(copy.Golden.Folder, "config.json");
        Assert.Equal(expected, Graph(copy.Golden.Folder, "config.v5.json"));
        JsonObject defaults = JsonNode.Parse(File.ReadAllText(SharedFolder.Require("goldens/models/defaults.json")))![copy.Golden.ModelType]!.AsObject();
        string[] needed = ["vocab_size", "hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads"];
        copy.Edit("config.json", config =>
        {
            string[] usual = [.. config.Where(field => field.Value is not null && JsonNode.DeepEquals(field.Value, defaults[field.Key])).Select(field => field.Key).Except(needed)];
            Assert.NotEmpty(usual);
            Assert.All(usual, field => Assert.True(config.Remove(field)));
        });
        Assert.Equal(expected, Graph(copy.Folder, "config.json"));
    }

    private static string Graph(string folder, string config)
    {
        using EncoderFolder opened = EncoderFolder.Open(folder, config);
        EncoderGraphModel graph = opened.Graph();
        return Convert.ToHexString(graph.Model.ToByteArray());
    }

    private static void Refused(string config, Dictionary<string, TensorShape> tensors, string named, string code)
    {
        ModelPackException error = Assert.Throws<ModelPackException>(() => EncoderArchitecture.Read(config, tensors));
        Assert.Equal(code, error.Code);
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }
}
