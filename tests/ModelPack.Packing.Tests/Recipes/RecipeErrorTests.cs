namespace ModelPack.Packing.Tests.Recipes;

public sealed class RecipeErrorTests
{
    [Theory]
    [InlineData("Bist", "Bits")]
    [InlineData("GroupSzie", "GroupSize")]
    [InlineData("group", "GroupSize")]
    [InlineData("Overrides", "Override")]
    [InlineData("HeadBit", "HeadBits")]
    public void Unknown_setting_is_refused_with_the_nearest_name(string name, string nearest)
    {
        ModelPackException error = Refused("MPK1301", (name, "4"));

        Assert.Contains($"'{name}'", error.Message);
        if (name != "group")
        {
            Assert.Contains($"did you mean '{nearest}'", error.Message);
        }
        else
        {
            Assert.Contains(nearest, error.Message);
        }
    }

    [Theory]
    [InlineData("Bits", "7", "2, 3, 4, 5, 6, 8, 16")]
    [InlineData("Bits", "four", "2, 3, 4, 5, 6, 8, 16")]
    [InlineData("Bits", "-4", "2, 3, 4, 5, 6, 8, 16")]
    [InlineData("GroupSize", "48", "16, 32, 64, 128, 256, channel")]
    [InlineData("GroupSize", "0", "16, 32, 64, 128, 256, channel")]
    [InlineData("Symmetric", "yes", "false, true")]
    [InlineData("Method", "gtpq", "did you mean 'gptq'")]
    [InlineData("Target", "gpu", "cpu, cuda")]
    [InlineData("Format", "onx", "did you mean 'onnx'")]
    [InlineData("HeadBits", "2", "4, 8, 16")]
    [InlineData("Type", "Q4_KM", "did you mean 'Q4_K_M'")]
    [InlineData("CalibrationSamples", "0", "from 1 to 100000")]
    [InlineData("TargetBitsPerWeight", "0.5", "from 1 to 16")]
    [InlineData("TargetSize", "huge", "400MB")]
    [InlineData("TargetSize", "99999999999999GB", "400MB")]
    [InlineData("MaxPerplexityIncrease", "-1%", "percentage")]
    [InlineData("MinTopAgreement", "1.5", "from 0 to 1")]
    [InlineData("KvCache", "int4", "float, int8")]
    [InlineData("Name", "a/b", "folder name")]
    [InlineData("Name", "..", "folder name")]
    public void Value_out_of_range_is_refused_with_the_allowed_ones(string name, string value, string expected)
    {
        ModelPackException error = Refused("MPK1302", (name, value));

        Assert.Contains(name, error.Message);
        Assert.Contains($"'{value}'", error.Message);
        Assert.Contains(expected, error.Message);
    }

    [Theory]
    [InlineData("3")]
    [InlineData("5")]
    [InlineData("6")]
    public void Bits_that_onnx_cannot_store_are_refused_with_those_it_can(string bits)
    {
        Assert.Contains("2, 4, 8 or 16", Refused("MPK1304", ("Bits", bits)).Message);
        Assert.Contains("2, 4, 8 or 16", Refused("MPK1304", ("Override", $"*={bits}")).Message);
    }

    [Fact]
    public void A_gguf_type_is_refused_for_onnx() => Refused("MPK1304", ("Type", "Q4_K_M"));

    [Theory]
    [InlineData("Method", "gptq", "leave Method out")]
    [InlineData("GroupSize", "64", "choose a Type")]
    [InlineData("Symmetric", "true", "choose a Type")]
    [InlineData("Target", "cuda", "leave them out")]
    [InlineData("Override", "*.down_proj.weight=8,64", "write bits or a type")]
    [InlineData("Bits", "5", "Type decides")]
    [InlineData("TargetBitsPerWeight", "4.5", "leave one of them out")]
    public void What_has_no_meaning_for_gguf_is_refused_with_a_way_out(string name, string value, string wayOut) =>
        Assert.Contains(wayOut, Refused("MPK1304", ("Format", "gguf"), ("Type", "Q4_K_M"), (name, value)).Message);

    [Fact]
    public void A_tensor_type_in_an_override_is_refused_for_onnx() =>
        Assert.Contains("write bits instead", Refused("MPK1304", ("Override", "*.down_proj.weight=Q6_K")).Message);

    [Theory]
    [InlineData("nf4", "Bits", "8")]
    [InlineData("fp4", "Bits", "2")]
    [InlineData("rtn", "Override", "*.down_proj.weight=8,nf4")]
    [InlineData("rtn", "Override", "*.down_proj.weight=2,64,fp4")]
    public void Four_bit_floats_are_refused_at_other_bits(string method, string name, string value)
    {
        string message = Refused("MPK1304", ("Method", method), (name, value)).Message;
        Assert.Contains(name, message);
        Assert.Contains("choose 4 bits", message);
    }

    [Theory]
    [InlineData("hqq", "a*=8")]
    [InlineData("rtn", "a*=4,hqq")]
    public void Offsets_and_symmetry_are_refused_together(string method, string rule) =>
        Assert.Contains("leave Symmetric out", Refused("MPK1304", ("Method", method), ("Symmetric", "true"), ("Override", rule)).Message);

    [Theory]
    [InlineData("GroupSize", "channel", "16, 32, 64, 128, 256")]
    [InlineData("KvCache", "int8", "choose float")]
    [InlineData("Override", "a=4,channel", "16, 32, 64, 128, 256")]
    public void What_is_not_built_is_refused_and_never_ignored(string name, string value, string wayOut)
    {
        ModelPackException error = Refused("MPK1303", (name, value));

        Assert.Contains("not available in this version", error.Message);
        Assert.Contains(wayOut, error.Message);
    }

    [Fact]
    public void A_setting_given_twice_is_refused() => Refused("MPK1307", ("Bits", "4"), ("--bits", "8"));

    private static ModelPackException Refused(string code, params (string Name, string Value)[] settings)
    {
        ModelPackException error = Assert.Throws<ModelPackException>(() => RecipeTests.Parse(settings));
        Assert.Equal(code, error.Code);
        return error;
    }
}
