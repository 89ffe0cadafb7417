using ModelPack.Packing.Recipes;

namespace ModelPack.Packing.Tests.Recipes;

public sealed class OverrideTests
{
    private static readonly string[] Names =
    [
        "model.embed_tokens.weight",
        "model.layers.0.self_attn.q_proj.weight",
        "model.layers.0.mlp.down_proj.weight",
        "model.layers.10.mlp.down_proj.weight",
        "lm_head.weight",
    ];

    [Fact]
    public void The_last_rule_that_matches_wins()
    {
        Recipe recipe = RecipeTests.Parse(("GroupSize", "64"), ("Override", "*=8;*.mlp.*=2,16;model.layers.?.mlp.down_proj.weight=none"));

        Assert.Equal(new WeightSetting(8, new GroupSize(64), false, QuantizationMethod.RoundToNearest), recipe.Resolve(Names[1], WeightPlace.Linear));
        Assert.Equal(new WeightSetting(2, new GroupSize(16), false, QuantizationMethod.RoundToNearest), recipe.Resolve(Names[3], WeightPlace.Linear));
        Assert.False(recipe.Resolve(Names[2], WeightPlace.Linear).IsQuantized);
        Assert.Equal(8, recipe.Resolve(Names[4], WeightPlace.Head).Bits);
    }

    [Fact]
    public void Head_and_embedding_have_their_own_bits_unless_a_rule_names_them()
    {
        Recipe recipe = RecipeTests.Parse(("Bits", "2"), ("HeadBits", "16"), ("Override", "model.embed*=4,128"));

        Assert.Equal(2, recipe.Resolve(Names[1], WeightPlace.Linear).Bits);
        Assert.False(recipe.Resolve(Names[4], WeightPlace.Head).IsQuantized);
        Assert.Equal((4, 128), (recipe.Resolve(Names[0], WeightPlace.Embedding).Bits, recipe.Resolve(Names[0], WeightPlace.Embedding).GroupSize.Inputs));
        Assert.Equal(8, Recipe.Default.Resolve(Names[0], WeightPlace.Embedding).Bits);
    }

    [Theory]
    [InlineData("", "", 8)]
    [InlineData("4", "", 4)]
    [InlineData("", "4", 4)]
    [InlineData("16", "16", 16)]
    public void One_table_takes_whichever_bits_are_given(string head, string embedding, int expected)
    {
        Recipe recipe = RecipeTests.Parse(("HeadBits", head), ("EmbeddingBits", embedding));

        Assert.Equal(expected, recipe.Resolve(Names[0], WeightPlace.TiedTable).Bits);
    }

    [Fact]
    public void One_table_with_two_bit_widths_is_refused()
    {
        Recipe recipe = RecipeTests.Parse(("HeadBits", "4"), ("EmbeddingBits", "8"));

        ModelPackException error = Assert.Throws<ModelPackException>(() => recipe.Resolve(Names[0], WeightPlace.TiedTable));

        Assert.Equal("MPK1310", error.Code);
        Assert.Contains(Names[0], error.Message);
    }

    [Fact]
    public void A_pattern_that_matches_nothing_is_refused_with_the_nearest_name()
    {
        Recipe recipe = RecipeTests.Parse(("Override", "*=8;lm_haed.weight=4"));

        ModelPackException error = Assert.Throws<ModelPackException>(() => recipe.RequireOverridesMatch(Names));

        Assert.Equal("MPK1309", error.Code);
        Assert.Contains("'lm_haed.weight'", error.Message);
        Assert.Contains("did you mean 'lm_head.weight'", error.Message);
        RecipeTests.Parse(("Override", "*=8;lm_head.weight=4")).RequireOverridesMatch(Names);
    }

    [Theory]
    [InlineData("lm_head.weight")]
    [InlineData("=4")]
    [InlineData("a=")]
    [InlineData("a=7")]
    [InlineData("a=4,48")]
    [InlineData("a=4,rtn,64")]
    [InlineData("a=4,64,128")]
    [InlineData("a=4,64,rtn,rtn")]
    [InlineData("a=none,64")]
    public void A_malformed_rule_is_refused(string text)
    {
        ModelPackException error = Assert.Throws<ModelPackException>(() => RecipeTests.Parse(("Override", "b=8;" + text)));

        Assert.Equal("MPK1308", error.Code);
        Assert.Contains($"'{text}'", error.Message);
    }

    [Theory]
    [InlineData("*", "", true)]
    [InlineData("", "", true)]
    [InlineData("?", "", false)]
    [InlineData("a*b*c", "a.b.b.c", true)]
    [InlineData("a*b*c", "a.b.b.c.d", false)]
    [InlineData("*.weight", "lm_head.weight", true)]
    [InlineData("layers.?.w", "layers.10.w", false)]
    [InlineData("layers.*.w", "layers.10.w", true)]
    [InlineData("Layers.*", "layers.1", false)]
    [InlineData("**a", "aaa", true)]
    public void Wildcards_cover_the_whole_name(string pattern, string name, bool expected) =>
        Assert.Equal(expected, Wildcard.IsMatch(pattern, name));

    [Fact]
    public void Many_stars_take_no_time()
    {
        string pattern = string.Concat(Enumerable.Repeat("*a", 200)) + "b";

        Assert.False(Wildcard.IsMatch(pattern, new string('a', 5000)));
    }
}
