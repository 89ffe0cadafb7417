using ModelPack.Packing.Adapters;
using ModelPack.Packing.Recipes;
using ModelPack.Packing.Tests.Architectures;

namespace ModelPack.Packing.Tests.Adapters;

/// <summary>Adapters that must be refused, with the field or tensor named.</summary>
public class RejectedAdapterTests
{
    [SkippableTheory]
    [InlineData("adapter-dora", "use_dora")]
    [InlineData("adapter-rank-mismatch", "adapter_config.json: r ")]
    [InlineData("adapter-unknown-target", "base_model.model.model.layers.0.self_attn.w_proj.lora_A.weight")]
    [InlineData("adapter-not-lora", "peft_type")]
    public void A_defect_of_the_reference_cases_is_refused(string name, string mustName)
    {
        string folder = ModelPack.Tests.SharedFolder.Require($"goldens/models/rejects/{name}");
        string copy = Directory.CreateTempSubdirectory("modelpack-").FullName;
        foreach (string file in Directory.EnumerateFiles(folder))
        {
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        }

        CharacterTokenizer.Write(copy);
        ModelPackException error = Assert.Throws<ModelPackException>(
            () => AdaptedModel.Open(copy, Recipe.Parse(new Dictionary<string, string> { ["Adapter"] = Path.Combine(folder, "adapter") })).Dispose());
        Directory.Delete(copy, recursive: true);

        Assert.Contains(mustName, error.Message, StringComparison.Ordinal);
        Assert.Matches("^MPK125[0-9]$", error.Code);
        Assert.StartsWith(Path.Combine(folder, "adapter"), error.Message, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("\"r\": 4", "\"r\": 3", "MPK1253", "adapter_config.json: r ")]
    [InlineData("\"layers.1.self_attn.q_proj\": 2", "\"layers.1.self_attn.q_proj\": 3", "MPK1253", "rank_pattern")]
    [InlineData("\"q_proj\",", "\"k_proj\",", "MPK1252", "target_modules")]
    [InlineData("\"lora_bias\": false", "\"lora_bias\": true", "MPK1251", "lora_bias")]
    [InlineData("\"layer_replication\": null", "\"layer_replication\": [[0, 1]]", "MPK1251", "layer_replication")]
    [InlineData("\"target_parameters\": null", "\"target_parameters\": [\"experts.down_proj\"]", "MPK1251", "target_parameters")]
    [InlineData("\"trainable_token_indices\": null", "\"trainable_token_indices\": [3]", "MPK1251", "trainable_token_indices")]
    [InlineData("\"init_lora_weights\": true", "\"init_lora_weights\": \"pissa\"", "MPK1251", "init_lora_weights")]
    [InlineData("\"velora_config\": null", "\"something_new\": {\"a\": 1}", "MPK1251", "something_new")]
    [InlineData("\"lora_alpha\": 8", "\"lora_alpha\": \"much\"", "MPK1203", "lora_alpha")]
    [InlineData("\"layers_to_transform\": null", "\"layers_to_transform\": [0]", "MPK1252", "target_modules")]
    [InlineData("\"rank_pattern\"", "\"exclude_modules\": \"(\", \"rank_pattern\"", "MPK1251", "exclude_modules")]
    public void A_configuration_that_does_not_fit_is_refused_by_its_field(string old, string replacement, string code, string mustName)
    {
        using var lora = new LoraCase();
        string folder = Directory.CreateTempSubdirectory("modelpack-").FullName;
        string config = File.ReadAllText(Path.Combine(lora.PathOf("adapter-partial"), LoraConfig.FileName));
        Assert.Contains(old, config, StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(folder, LoraConfig.FileName), config.Replace("\"exclude_modules\": null,", string.Empty, StringComparison.Ordinal).Replace(old, replacement, StringComparison.Ordinal));
        File.Copy(Path.Combine(lora.PathOf("adapter-partial"), LoraFolder.WeightsName), Path.Combine(folder, LoraFolder.WeightsName));
        ModelPackException error = Assert.Throws<ModelPackException>(
            () => AdaptedModel.Open(lora.Base, Recipe.Parse(new Dictionary<string, string> { ["Adapter"] = folder })).Dispose());
        Directory.Delete(folder, recursive: true);

        Assert.Equal(code, error.Code);
        Assert.Contains(mustName, error.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void A_folder_without_an_adapter_and_settings_that_do_not_go_together_are_refused()
    {
        using var lora = new LoraCase();

        Assert.Equal("MPK1250", Refused(lora, ("Adapter", lora.Base)).Code);
        Assert.Equal("MPK1304", Refused(lora, ("Adapter", $"{lora.PathOf("adapter")};{lora.PathOf("adapter-rslora")}")).Code);
        Assert.Equal("MPK1304", Refused(lora, ("AdapterMode", "separate")).Code);
        Assert.Equal("MPK1304", Refused(lora, ("Adapter", lora.PathOf("adapter")), ("AdapterMode", "separate"), ("Format", "gguf")).Code);
        Assert.Equal("MPK1304", Refused(lora, ("Adapter", lora.PathOf("adapter")), ("AdapterMode", "separate"), ("Method", "awq")).Code);
        Assert.Equal("MPK1256", Refused(lora, ("Adapter", $"{lora.PathOf("adapter")};{lora.PathOf("adapter")}"), ("AdapterMode", "separate")).Code);
    }

    private static ModelPackException Refused(LoraCase lora, params (string Name, string Value)[] settings) => Assert.Throws<ModelPackException>(
        () => AdaptedModel.Open(lora.Base, Recipe.Parse(settings.Select(setting => KeyValuePair.Create(setting.Name, setting.Value)))).Dispose());
}
