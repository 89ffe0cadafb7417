using System.Text.Json;
using System.Text.Json.Nodes;
using ModelPack.Formats.Safetensors;
using ModelPack.Packing.Architectures;
using ModelPack.Packing.Architectures.Encoders;
using ModelPack.Packing.Sources;
using ModelPack.Tests;

namespace ModelPack.Packing.Tests.Architectures;

/// <summary>The folders of goldens/models/rejects whose defect lies in configuration, names, shapes or types.</summary>
public class RejectedConfigurationTests
{
    // Their defects are found when values are read, or lie in an adapter.
    private static readonly string[] Elsewhere = ["nan-weight", "inf-weight", "nan-norm", "adapter-dora", "adapter-rank-mismatch", "adapter-unknown-target", "adapter-not-lora"];

    public static TheoryData<string, string> Rejects
    {
        get
        {
            string? index = SharedFolder.Find("goldens/models/index.json");
            if (index is null)
            {
                return new TheoryData<string, string> { { "without-goldens", "" } };
            }

            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(index));
            var cases = new TheoryData<string, string>();
            foreach (JsonElement entry in document.RootElement.GetProperty("rejects").EnumerateArray())
            {
                string name = entry.GetProperty("name").GetString()!;
                if (name != "control-accepted" && !Elsewhere.Contains(name))
                {
                    cases.Add(name, entry.GetProperty("must_name").GetString()!);
                }
            }

            return cases;
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Rejects))]
    public void A_defect_is_refused_with_its_field_or_tensor_named(string name, string mustName)
    {
        string folder = SharedFolder.Require($"goldens/models/rejects/{name}");
        ModelPackException error = Assert.Throws<ModelPackException>(() => HuggingFaceSource.Open(folder).Dispose());
        Assert.Contains(mustName, error.Message, StringComparison.Ordinal);
        Assert.Matches("^MPK1[024][0-9]{2}$", error.Code);
        Assert.StartsWith(folder, error.Message, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("llama", "num_hidden_layers", 2147483647)]
    [InlineData("llama", "hidden_size", 2147483646)]
    [InlineData("llama", "head_dim", 1073741824)]
    [InlineData("bert", "num_hidden_layers", 2147483647)]
    public void Sizes_that_no_model_has_are_refused_before_tables_are_made_after_them(string model, string field, int size)
    {
        JsonObject config = JsonNode.Parse(File.ReadAllBytes(Path.Combine(SharedFolder.Require($"goldens/models/{model}"), "config.json")))!.AsObject();
        config[field] = size;
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, config.ToJsonString());
            ModelPackException error = Assert.Throws<ModelPackException>(() =>
            {
                if (EncoderArchitecture.Knows(file))
                {
                    EncoderArchitecture.Read(file, new Dictionary<string, TensorShape>());
                }
                else
                {
                    DecoderArchitecture.CheckConfiguration(file);
                }
            });
            Assert.Equal("MPK1204", error.Code);
            Assert.Contains(field, error.Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("{\"a\\ud800b\":1,\"model_type\":\"llama\"}")]
    [InlineData("{\"model_type\":\"\\udc00\"}")]
    [InlineData("{\"model_type\":\"llama\",\"rope_scaling\":[{\"\\ud800\":null}]}")]
    public void Texts_that_are_not_Unicode_are_refused(string config)
    {
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, config);
            ModelPackException error = Assert.Throws<ModelPackException>(() => DecoderArchitecture.CheckConfiguration(file));
            Assert.Equal("MPK1201", error.Code);
            Assert.Contains(file, error.Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [SkippableFact]
    public void The_same_folder_without_a_defect_is_accepted()
    {
        string folder = SharedFolder.Require("goldens/models/rejects/control-accepted");
        using SafetensorsCheckpoint checkpoint = SafetensorsCheckpoint.Open(folder);
        Assert.Equal(1, DecoderArchitecture.Read(Path.Combine(folder, "config.json"), checkpoint.Tensors).Layers);
    }
}
