using System.Text.Json;

namespace ModelPack.Tool.Tests.Commands;

[Collection(PackedCollection.Name)]
public sealed class PlanTests(PackedTinyTales tales)
{
    [Fact]
    public void Json_says_how_every_weight_will_be_stored_and_what_it_takes()
    {
        JsonElement plan = tales.Run("plan", PackedTinyTales.Source, "--bits", "2", "--group-size", "64", "--symmetric", "--override", "*.q_proj.weight=8,32", "--json")
            .RequireDone().Json;

        JsonElement[] weights = [.. plan.GetProperty("weights").EnumerateArray()];
        JsonElement query = weights.Single(weight => weight.GetProperty("name").GetString() == "model.layers.0.self_attn.q_proj.weight");
        Assert.Equal([256, 256], query.GetProperty("shape").EnumerateArray().Select(dimension => dimension.GetInt32()));
        Assert.Equal((8, 32), (query.GetProperty("bits").GetInt32(), query.GetProperty("groupSize").GetInt32()));
        JsonElement gate = weights.Single(weight => weight.GetProperty("name").GetString() == "model.layers.3.mlp.gate_proj.weight");
        Assert.Equal((2, 64), (gate.GetProperty("bits").GetInt32(), gate.GetProperty("groupSize").GetInt32()));
        // 512 x 256 codes of 2 bits, a float16 scale for each 64 inputs, no zero points.
        Assert.Equal((512 * 256 / 4) + (512 * 4 * 2), gate.GetProperty("bytes").GetInt64());
        Assert.False(plan.GetProperty("cached").GetBoolean());
        Assert.True(plan.GetProperty("outputBytes").GetInt64() >= weights.Sum(weight => weight.GetProperty("bytes").GetInt64()));
        Assert.True(plan.GetProperty("peakMemoryBytes").GetInt64() > 0);
        Assert.True(plan.GetProperty("diskBytes").GetInt64() > 0);
    }

    [Fact]
    public void What_is_in_the_store_is_planned_as_such_with_the_key_of_its_manifest()
    {
        JsonElement plan = tales.Run("plan", PackedTinyTales.Source, "--json").RequireDone().Json;

        Assert.True(plan.GetProperty("cached").GetBoolean());
        Assert.Equal(tales.Quantized.Json.GetProperty("key").GetString(), plan.GetProperty("key").GetString());
    }

    [Fact]
    public void A_person_gets_a_table_and_a_summary()
    {
        ToolRun run = tales.Run("plan", PackedTinyTales.Source).RequireDone();

        Assert.Matches(@"\nmodel\.layers\.0\.mlp\.gate_proj\.weight +512 x 256 +rtn +4 +32 +[0-9]+\n", run.Output);
        Assert.Matches(@"\npeak memory +[0-9.]+ MB\n", run.Output);
    }
}
