using ModelPack.Packing.Recipes;

namespace ModelPack.Packing.Tests.Recipes;

public sealed class RecipeTests
{
    [Fact]
    public void No_settings_mean_four_bits_in_groups_of_32_for_the_cpu()
    {
        Recipe recipe = Parse();

        Assert.Null(recipe.Bits);
        Assert.Equal(4, recipe.Resolve("w", WeightPlace.Linear).Bits);
        Assert.Equal(32, recipe.GroupSize.Inputs);
        Assert.False(recipe.Symmetric);
        Assert.Equal(QuantizationMethod.RoundToNearest, recipe.Method);
        Assert.Equal(PackTarget.Cpu, recipe.Target);
        Assert.Equal(Recipe.Default, recipe);
    }

    [Theory]
    [InlineData("cpu", 32)]
    [InlineData("cuda", 128)]
    public void Group_size_follows_the_target_unless_it_is_given(string target, int expected)
    {
        Assert.Equal(expected, Parse(("Target", target)).GroupSize.Inputs);
        Assert.Equal(64, Parse(("Target", target), ("GroupSize", "64")).GroupSize.Inputs);
    }

    [Fact]
    public void Names_and_choices_are_read_without_regard_to_case_and_give_one_canonical_text()
    {
        Recipe loud = Parse(("BITS", "8"), ("groupsize", " 128 "), ("symmetric", "TRUE"), ("TARGET", "CUDA"));
        Recipe quiet = Parse(("Target", "cuda"), ("Symmetric", "true"), ("Bits", "8"));

        Assert.Equal(quiet, loud);
        Assert.Equal(quiet.Canonical, loud.Canonical);
        Assert.Equal(quiet.GetHashCode(), loud.GetHashCode());
    }

    [Fact]
    public void Empty_values_are_absent_settings()
    {
        Assert.Equal(Recipe.Default, Parse(("Bits", ""), ("Override", "  "), ("Calibration", "")));
    }

    [Theory]
    [InlineData("Bits=8")]
    [InlineData("Bits=2|GroupSize=16|Symmetric=true")]
    [InlineData("Target=cuda|HeadBits=16|EmbeddingBits=4")]
    [InlineData("Override=model.layers.*.mlp.down_proj.weight=8,128;lm_head.weight=none;*.q_proj.weight=2,rtn;a=4,64,RTN")]
    public void Canonical_text_is_read_back_to_an_equal_recipe(string settings)
    {
        Recipe recipe = Parse([.. settings.Split('|').Select(pair => pair.Split('=', 2)).Select(pair => (pair[0], pair[1]))]);

        Recipe again = Recipe.ParseCanonical(recipe.Canonical);

        Assert.Equal(recipe, again);
        Assert.Equal(recipe.Canonical, again.Canonical);
        Assert.NotEqual(Recipe.Default, again);
    }

    [Fact]
    public void Every_setting_that_decides_the_output_survives_the_canonical_text()
    {
        Recipe recipe = Recipe.Read(
            Pairs(
                ("Bits", "5"), ("GroupSize", "channel"), ("Symmetric", "true"), ("Method", "awq+gptq"), ("ActivationRange", "percentile"), ("HeadBits", "4"),
                ("EmbeddingBits", "16"), ("Override", "a*=3,channel,nf4"), ("Format", "gguf"), ("Type", "q4_k_m"), ("Target", "cuda"),
                ("CalibrationSamples", "7"), ("CalibrationLength", "99"), ("GptqParts", "search,refit,targets"), ("TargetBitsPerWeight", "4.25"), ("TargetSize", "1.5GB"),
                ("KvCache", "int8")),
            null);

        Assert.Equal(
            SettingTable.All.Where(setting => setting.DecidesOutput).Select(setting => setting.Name),
            recipe.Canonical.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('=')[0]));
        IEnumerable<KeyValuePair<string, string>> lines = recipe.Canonical
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => KeyValuePair.Create(line.Split('=', 2)[0], line.Split('=', 2)[1]));
        Assert.Equal(recipe, Recipe.Read(lines, null));
        Assert.Contains("TargetSize=1500000000\n", recipe.Canonical);
        Assert.Contains("Type=Q4_K_M\n", recipe.Canonical);
    }

    [Theory]
    [InlineData("3%", "0.03")]
    [InlineData("0.03", "0.03")]
    [InlineData("12.5 %", "0.125")]
    public void A_limit_is_a_percentage_or_a_fraction(string text, string expected)
    {
        Recipe recipe = Recipe.Read(Pairs(("MaxPerplexityIncrease", text)), null);

        Assert.Equal(decimal.Parse(expected), recipe.MaxPerplexityIncrease);
    }

    [Theory]
    [InlineData("400MB", 400_000_000)]
    [InlineData("750 MiB", 786_432_000)]
    [InlineData("0.5kb", 500)]
    [InlineData("12345", 12_345)]
    public void Sizes_have_decimal_and_binary_units(string text, long expected)
    {
        Assert.Equal(expected, Recipe.Read(Pairs(("TargetSize", text)), null).TargetSize);
    }

    [Fact]
    public void Metadata_that_belongs_to_the_item_is_passed_over()
    {
        Assert.Equal(Recipe.Default, Parse(("CopyToOutputDirectory", "IfDifferent"), ("Pack", "true"), ("ExcludeFromSingleFile", "true")));
    }

    [Fact]
    public void Name_is_not_part_of_the_canonical_text()
    {
        Recipe named = Parse(("Name", "my model"));

        Assert.Equal("my model", named.Name);
        Assert.Equal(Recipe.Default.Canonical, named.Canonical);
        Assert.NotEqual(Recipe.Default, named);
    }

    internal static Recipe Parse(params (string Name, string Value)[] settings) => Recipe.Parse(Pairs(settings));

    internal static IEnumerable<KeyValuePair<string, string>> Pairs(params (string Name, string Value)[] settings) =>
        settings.Select(setting => KeyValuePair.Create(setting.Name, setting.Value));
}
