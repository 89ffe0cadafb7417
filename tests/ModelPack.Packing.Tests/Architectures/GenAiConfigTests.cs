using System.Text.Json.Nodes;
using ModelPack.Packing.Architectures;

namespace ModelPack.Packing.Tests.Architectures;

public class GenAiConfigTests
{
    [Fact]
    public void Names_sizes_and_ids_are_those_of_the_architecture()
    {
        using var model = new TinyModel("qwen3", """{"eos_token_id": [5, 7], "bos_token_id": 1, "max_position_embeddings": 40000}""", layers: 2);
        JsonNode config = JsonNode.Parse(GenAiConfig.Write(model.Read()))!;
        JsonNode decoder = config["model"]!["decoder"]!;
        Assert.Equal("qwen3", (string)config["model"]!["type"]!);
        Assert.Equal(40000, (int)config["model"]!["context_length"]!);
        Assert.Equal(40, (int)config["model"]!["vocab_size"]!);
        Assert.Equal([5, 7], config["model"]!["eos_token_id"]!.AsArray().Select(id => (int)id!));
        Assert.Equal(5, (int)config["model"]!["pad_token_id"]!);
        Assert.Equal(8, (int)decoder["head_size"]!);
        Assert.Equal(2, (int)decoder["num_hidden_layers"]!);
        Assert.Empty(decoder["session_options"]!["provider_options"]!.AsArray());
        Assert.Equal(4096, (int)config["search"]!["max_length"]!);
        Assert.True((bool)config["search"]!["past_present_share_buffer"]!);
    }

    [Fact]
    public void A_family_that_GenAI_does_not_list_is_a_plain_decoder_there()
    {
        using var model = new TinyModel("ministral", """{"eos_token_id": 5, "pad_token_id": 6}""", layers: 1);
        JsonNode config = JsonNode.Parse(GenAiConfig.Write(model.Read()))!;
        Assert.Equal("decoder", (string)config["model"]!["type"]!);
        Assert.Equal(5, (int)config["model"]!["eos_token_id"]!);
        Assert.Equal(6, (int)config["model"]!["pad_token_id"]!);
    }

    [Fact]
    public void Sampling_is_what_generation_config_asks_for()
    {
        using var model = new TinyModel("llama", "{}", layers: 1);
        Assert.Equal(["do_sample", "max_length", "past_present_share_buffer"], Search().Select(p => p.Key));
        File.WriteAllText(Path.Combine(model.Folder, "generation_config.json"), """{"do_sample": true, "temperature": 0.6, "top_k": 20, "top_p": 0.95, "repetition_penalty": 1.1}""");
        Assert.Equal("""{"do_sample":true,"temperature":0.6,"top_k":20,"top_p":0.95,"repetition_penalty":1.1,"max_length":64,"past_present_share_buffer":true}""", Search().ToJsonString());
        File.WriteAllText(Path.Combine(model.Folder, "generation_config.json"), """{"temperature": null, "top_k": 0, "top_p": 1.5}""");
        Assert.Equal(["do_sample", "max_length", "past_present_share_buffer"], Search().Select(p => p.Key));

        JsonObject Search() => JsonNode.Parse(GenAiConfig.Write(model.Read()))!["search"]!.AsObject();
    }

    [Fact]
    public void A_model_without_an_end_token_is_refused()
    {
        using var model = new TinyModel("qwen2", """{"bos_token_id": 1}""", layers: 1);
        ModelPackException error = Assert.Throws<ModelPackException>(() => GenAiConfig.Write(model.Read()));
        Assert.Equal("MPK1230", error.Code);
        Assert.Contains("eos_token_id", error.Message, StringComparison.Ordinal);
    }
}
