using System.Text.Json.Nodes;
using Google.Protobuf;
using ModelPack.Formats.Numerics;
using ModelPack.Packing.Architectures;
using ModelPack.Tests;

namespace ModelPack.Packing.Tests.Architectures;

/// <summary>The spellings of config.json that are found in the wild give the same graph.</summary>
public sealed class SpellingTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("modelpack-").FullName;

    public static TheoryData<string> Cases => GoldenCase.Names();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public void Both_styles_and_a_file_without_the_fields_that_have_their_usual_values_give_one_graph(string name)
    {
        using GoldenCase golden = GoldenCase.Open(name);
        (string Graph, string Ropes) expected = Graph(golden, Path.Combine(golden.Folder, "config.json"));
        Assert.Equal(expected, Graph(golden, Path.Combine(golden.Folder, "config.v5.json")));

        JsonObject config = JsonNode.Parse(File.ReadAllText(Path.Combine(golden.Folder, "config.json")))!.AsObject();
        JsonObject defaults = JsonNode.Parse(File.ReadAllText(SharedFolder.Require("goldens/models/defaults.json")))![(string)config["model_type"]!]!.AsObject();
        JsonNode? ropes = defaults["rope_parameters"]?["full_attention"] ?? defaults["rope_parameters"];
        string[] usual =
        [
            .. config.Where(field => field.Value is not null && (JsonNode.DeepEquals(field.Value, defaults[field.Key]) || (field.Key is "rope_theta" or "partial_rotary_factor" && JsonNode.DeepEquals(field.Value, ropes?[field.Key]))))
                .Select(field => field.Key).Except(["vocab_size", "hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads", "n_layer", "n_head"]),
        ];
        Assert.All(usual, field => Assert.True(config.Remove(field)));
        Assert.Equal(expected, Graph(golden, Write(config)));
    }

    /// <summary>As the checkpoints with a vision tower have it: the decoder's fields in text_config, its tensors behind a prefix.</summary>
    [SkippableFact]
    public void A_decoder_inside_a_model_for_images_computes_what_it_computes_alone()
    {
        using GoldenCase golden = GoldenCase.Open("gemma3-linear");
        const string Prefix = "language_model.";
        var config = new JsonObject
        {
            ["architectures"] = new JsonArray("Gemma3ForConditionalGeneration"),
            ["model_type"] = "gemma3",
            ["eos_token_id"] = 1,
            ["text_config"] = JsonNode.Parse(File.ReadAllText(Path.Combine(golden.Folder, "config.json"))),
            ["vision_config"] = new JsonObject { ["hidden_size"] = 32 },
        };
        Dictionary<string, TensorShape> tensors = golden.Checkpoint.Tensors.ToDictionary(t => Prefix + t.Key, t => new TensorShape(t.Value.Type, t.Value.Shape));
        tensors["vision_tower.vision_model.post_layernorm.weight"] = new TensorShape(ElementType.BFloat16, [32]);
        DecoderArchitecture architecture = DecoderArchitecture.Read(Write(config), tensors);
        using DecoderFolder folder = DecoderFolder.Write(
            weight => DecoderFolder.Read(golden.Checkpoint, weight with { Tensor = weight.Tensor[Prefix.Length..] }), architecture, new DecoderGraphOptions(), _ => new WeightStorage.Float32());
        using var runner = new DecoderRunner(folder.Model, architecture);
        Close.Assert(golden.Floats("logits"), runner.Run(golden.Ids("input_ids")), golden.Tolerance);
    }

    /// <summary>The graph, and the rotations, whose tables lie outside it.</summary>
    private static (string Graph, string Ropes) Graph(GoldenCase golden, string config)
    {
        DecoderArchitecture architecture = DecoderArchitecture.Read(config, golden.Checkpoint.Tensors);
        DecoderGraphModel graph = DecoderGraph.Build(architecture, new DecoderGraphOptions(), weight => WeightStorage.Lossless(weight.SourceType));
        return (
            Convert.ToHexString(graph.Model.ToByteArray()),
            string.Join(';', architecture.Ropes.Select(rope => rope is null ? "none" : $"{rope.Interleaved} {rope.AttentionFactor:R} {rope.ContextLength} {string.Join(' ', rope.InverseFrequencies)}")));
    }

    private string Write(JsonObject config)
    {
        string path = Path.Combine(_folder, "config.json");
        File.WriteAllText(path, config.ToJsonString());
        return path;
    }
}
